/** The authorization code flow with PKCE, as a native app without a secret does it, until its tokens are revoked. */
import { AppError } from '../../errors.ts';
import {
  type Answer,
  type Attempt,
  authorizationUrl,
  foreignBecause,
  newAttempt,
} from '../../flow-demo/authorization.ts';
import { appRequests } from '../../flow-demo/requests.ts';
import { send, shorten } from '../../flow-demo/wire.ts';
import { inspectAccessToken } from './access-token.ts';
import { listenOnLoopback } from './loopback.ts';
import type { Steps, Tell } from './steps.ts';

/** The app, and where its server is. */
export interface App {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

export interface Walk extends App {
  /** Lets a person or a robot answer at `authorizeUrl`; the answer arrives at `redirectUri`. */
  readonly openPage: (authorizeUrl: string, redirectUri: string, tell: Tell) => Promise<void>;
}

/** The parts of the server's metadata (RFC 8414 §2) that the walk needs. */
const metadataNames = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
] as const;

export type Metadata = Readonly<Record<(typeof metadataNames)[number], string>>;

/** The values that the exchange needs. */
interface Answered {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** How long a person may take to answer. */
const answerTimeoutMs = 5 * 60_000;

/** @throws AppError that names the step that failed */
export async function walk(steps: Steps, options: Walk): Promise<void> {
  const server = await steps.take('Discover the server', (tell) => discover(options.issuer, tell));
  const answered = await authorize(steps, server, options);
  const requests = requestsTo(server, options);
  const first = await steps.take('Exchange the code for tokens', async (tell) =>
    tokensOf(tell.exchange(await send(requests.exchange(answered)), 200)),
  );
  await useAndEnd(steps, server, options, first);
}

/** Uses the tokens once, refreshes them, and ends them. */
export async function useAndEnd(steps: Steps, server: Metadata, options: App, tokens: Tokens): Promise<void> {
  await useTokens(steps, server, options, tokens);
  await endAccess(steps, server, options, tokens);
}

async function useTokens(steps: Steps, server: Metadata, options: App, tokens: Tokens): Promise<void> {
  await steps.take('Look into the access token, as a gateway does', async (tell) => {
    for (const line of await inspectAccessToken(tokens.access_token, options.issuer, server.jwks_uri)) tell.fact(line);
  });
  await steps.take('Use it: ask who signed in', async (tell) => {
    tell.exchange(await send({ url: server.userinfo_endpoint, bearer: tokens.access_token }), 200);
  });
}

/** Refreshes the tokens, revokes them, and checks that they are refused. */
async function endAccess(steps: Steps, server: Metadata, options: App, first: Tokens): Promise<void> {
  const requests = requestsTo(server, options);
  const second = await steps.take('Refresh: new tokens without asking the person', async (tell) =>
    tokensOf(tell.exchange(await send(requests.refresh(first.refresh_token)), 200)),
  );
  await steps.take('Revoke', async (tell) => {
    tell.exchange(await send(requests.revoke(second.refresh_token)), 200);
  });
  await steps.take('Refresh again: refused', async (tell) => {
    tell.exchange(await send(requests.refresh(second.refresh_token)), 400);
  });
  await steps.take('Use the access token again: refused, though it has not expired', async (tell) => {
    tell.exchange(await send({ url: server.userinfo_endpoint, bearer: second.access_token }), 401);
  });
}

function requestsTo({ token_endpoint: token, revocation_endpoint: revocation }: Metadata, { clientId }: App) {
  return appRequests(clientId, { token, revocation });
}

export async function discover(issuer: string, tell: Tell): Promise<Metadata> {
  const sent = await send({ url: `${issuer}/.well-known/oauth-authorization-server` });
  const metadata = tell.exchange(sent, 200);
  // RFC 8414 §3.3: any other issuer means that this is another server's metadata.
  if (metadata.issuer !== issuer) throw new AppError('invalid', `the server calls itself ${metadata.issuer}`);
  if (!isMetadata(metadata)) throw new AppError('invalid', `the metadata lacks one of ${metadataNames.join(', ')}`);
  return metadata;
}

function isMetadata(body: Record<string, unknown>): body is Metadata & typeof body {
  return metadataNames.every((name) => typeof body[name] === 'string');
}

async function authorize(steps: Steps, server: Metadata, { clientId, scope, openPage }: Walk): Promise<Answered> {
  const loopback = await listenOnLoopback();
  try {
    const { redirectUri } = loopback;
    const attempt = newAttempt();
    await steps.take('Send the person to the authorization page', async (tell) => {
      const url = authorizationUrl(server.authorization_endpoint, attempt, { clientId, redirectUri, scope });
      tell.show({ request: `GET ${url}` });
      await openPage(url, redirectUri, tell);
    });
    return await steps.take('Receive the answer', async (tell) => {
      const answer = await loopback.answer(answerTimeoutMs);
      const fields = [...answer].map(([name, value]) => `  ${name}=${shorten(value)}`);
      tell.show({ request: [`GET ${redirectUri}`, ...fields].join('\n') });
      const code = codeOf(Object.fromEntries(answer), attempt, server.issuer);
      return { code, redirectUri, verifier: attempt.verifier };
    });
  } finally {
    loopback.close();
  }
}

function codeOf(answer: Answer, attempt: Attempt, issuer: string): string {
  const foreign = foreignBecause(answer, attempt, issuer);
  if (foreign) throw new AppError('invalid', foreign);
  if (answer.code) return answer.code;
  throw new AppError('forbidden', `the answer is ${answer.error}: ${answer.error_description ?? 'no reason'}`);
}

export function tokensOf({ access_token, refresh_token }: Record<string, unknown>): Tokens {
  if (typeof access_token === 'string' && typeof refresh_token === 'string') return { access_token, refresh_token };
  throw new AppError('invalid', 'the answer lacks an access token or a refresh token');
}
