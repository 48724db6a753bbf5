/** The authorization code flow with PKCE, as a native app without a secret does it, up to tokens that are dead again. */
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { inspectAccessToken } from './access-token.ts';
import { listenOnLoopback } from './loopback.ts';
import type { Steps, Tell } from './steps.ts';
import { send, shorten } from './wire.ts';

export interface Walk {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  /** Lets the person, or a robot, answer at `authorizeUrl`; the answer arrives at `redirectUri`. */
  readonly openPage: (authorizeUrl: string, redirectUri: string, tell: Tell) => Promise<void>;
}

/** What the walk needs of the server's metadata (RFC 8414 §2). */
const metadataNames = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
] as const;

type Metadata = Readonly<Record<(typeof metadataNames)[number], string>>;

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** How long a person may take. Milliseconds. */
const timeoutMs = 5 * 60_000;

/** @throws AppError naming the step that failed */
export async function walk(steps: Steps, options: Walk): Promise<void> {
  const { issuer, clientId } = options;
  const server = await steps.take('Discover the server', (tell) => discover(issuer, tell));
  const client_id = clientId;
  const post = (url: string, form: Record<string, string>) => send(url, { form: { ...form, client_id } });
  const me = (bearer: string) => send(server.userinfo_endpoint, { bearer });

  const { code, redirectUri, verifier } = await authorize(steps, server, options);
  const first = await steps.take('Exchange the code for tokens', async (tell) => {
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
    return tokens(tell.exchange(await post(server.token_endpoint, grant), 200));
  });
  await steps.take('Look into the access token, as a gateway does', async (tell) => {
    for (const line of await inspectAccessToken(first.access_token, issuer, server.jwks_uri)) tell.fact(line);
  });
  await steps.take('Use it: ask who signed in', async (tell) => {
    tell.exchange(await me(first.access_token), 200);
  });
  const refresh = (token: string) => post(server.token_endpoint, { grant_type: 'refresh_token', refresh_token: token });
  const second = await steps.take('Refresh: new tokens without asking the person', async (tell) =>
    tokens(tell.exchange(await refresh(first.refresh_token), 200)),
  );
  await steps.take('Revoke', async (tell) => {
    tell.exchange(await post(server.revocation_endpoint, { token: second.refresh_token }), 200);
  });
  await steps.take('Refresh again: refused', async (tell) => {
    tell.exchange(await refresh(second.refresh_token), 400);
  });
  await steps.take('Use the access token again: refused, though it has not expired', async (tell) => {
    tell.exchange(await me(second.access_token), 401);
  });
}

async function discover(issuer: string, tell: Tell): Promise<Metadata> {
  const sent = await send(`${issuer}/.well-known/oauth-authorization-server`);
  const metadata = tell.exchange(sent, 200);
  // RFC 8414 §3.3: else this would be another server's metadata.
  if (metadata.issuer !== issuer) throw new AppError('invalid', `the server calls itself ${metadata.issuer}`);
  if (!isMetadata(metadata)) throw new AppError('invalid', `the metadata lacks one of ${metadataNames.join(', ')}`);
  return metadata;
}

function isMetadata(body: Record<string, unknown>): body is Metadata & typeof body {
  return metadataNames.every((name) => typeof body[name] === 'string');
}

async function authorize(steps: Steps, server: Metadata, { clientId, scope, openPage }: Walk) {
  const loopback = await listenOnLoopback();
  try {
    const { redirectUri } = loopback;
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(16).toString('base64url');
    await steps.take('Send the person to the authorization page', async (tell) => {
      const url = new URL(server.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope,
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      tell.show({ request: `GET ${url.href}` });
      await openPage(url.href, redirectUri, tell);
    });
    return await steps.take('Receive the answer', async (tell) => {
      const answer = await loopback.answer(timeoutMs);
      const fields = [...answer].map(([name, value]) => `  ${name}=${shorten(value)}`);
      tell.show({ request: [`GET ${redirectUri}`, ...fields].join('\n') });
      return { code: codeOf(answer, state, server.issuer), redirectUri, verifier };
    });
  } finally {
    loopback.close();
  }
}

/** RFC 6749 §10.12 (state) and RFC 9207 §2.4 (iss) before anything else is believed. */
function codeOf(answer: URLSearchParams, state: string, issuer: string): string {
  if (answer.get('state') !== state) throw new AppError('invalid', 'state is not the one that was sent');
  if (answer.get('iss') !== issuer) throw new AppError('invalid', `iss is not ${issuer}`);
  const code = answer.get('code');
  if (code) return code;
  throw new AppError(
    'forbidden',
    `the answer is ${answer.get('error')}: ${answer.get('error_description') ?? 'no reason'}`,
  );
}

function tokens({ access_token, refresh_token }: Record<string, unknown>): Tokens {
  if (typeof access_token === 'string' && typeof refresh_token === 'string') return { access_token, refresh_token };
  throw new AppError('invalid', 'the answer lacks an access token or a refresh token');
}
