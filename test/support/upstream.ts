/** Other providers at which people sign in: one that speaks OpenID Connect and can lie, and one like GitHub. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const clientSecret = 'the secret of our client';

/** Somebody at a provider. */
export interface Someone {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

/** What a provider does instead of what it should. Reset with `{}`. */
interface Lies {
  /** Replaces claims of the ID token; undefined removes one. */
  claims?: Record<string, unknown>;
  /** Signs with a key that is not published, with none, or with the client's secret. */
  signature?: 'foreign' | 'none' | 'secret';
  metadata?: Record<string, unknown>;
  /** Answers a request by itself. */
  instead?: (path: string, response: ServerResponse) => boolean;
}

export interface Provider {
  readonly issuer: string;
  lies: Lies;
  /** The person who is signed in there: its page sends their browser back at once. */
  signedIn: Someone | undefined;
  /** Paths of all requests. */
  readonly asked: string[];
  /** What the browser of somebody brings back: they sign in at the address that our server sent them to. */
  back(address: string, who: Someone): string;
  /** The same for somebody who refuses. */
  refuse(address: string, error?: string): string;
  /** The entry of UPSTREAMS. */
  setting(name: string, more?: object): Record<string, unknown>;
  stop(): Promise<void>;
}

interface Issued {
  who: Someone;
  nonce: string | null;
  challenge: string;
  redirectUri: string;
}

export async function startProvider(): Promise<Provider> {
  const published = await generateKeyPair('RS256');
  const foreign = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(published.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, Issued>();
  const tokens = new Map<string, Someone>();
  const site = await listen(async (path, request, response) => {
    provider.asked.push(path);
    if (provider.lies.instead?.(path, response)) return;
    if (path === '/.well-known/openid-configuration')
      return json(response, { ...metadata(), ...provider.lies.metadata });
    if (path === '/authorize' && provider.signedIn) {
      const back = provider.back(new URL(request.url as string, issuer).href, provider.signedIn);
      return void response.writeHead(302, { location: back }).end();
    }
    if (path === '/jwks') return json(response, { keys: [jwk] });
    if (path === '/token') {
      const form = new URLSearchParams(await bodyOf(request));
      const issued = takeCode(codes, form);
      const [, basic = ''] = (request.headers.authorization ?? '').split(' ');
      const secret = decodeURIComponent(Buffer.from(basic, 'base64').toString().split(':')[1] ?? '').replaceAll(
        '+',
        ' ',
      );
      if (!issued || secret !== clientSecret) return json(response, { error: 'invalid_grant' }, 400);
      const access_token = randomUUID();
      tokens.set(access_token, issued.who);
      return json(response, { access_token, token_type: 'Bearer', id_token: await idToken(issued) });
    }
    if (path === '/userinfo') {
      const who = tokens.get((request.headers.authorization ?? '').slice('Bearer '.length));
      return who ? json(response, who) : json(response, {}, 401);
    }
    json(response, {}, 404);
  });
  const { origin: issuer } = site;

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    authorization_response_iss_parameter_supported: true,
  });

  async function idToken({ who, nonce }: Issued): Promise<string> {
    const { claims: other, signature } = provider.lies;
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'ours', iat: now, exp: now + 300, nonce, ...who, ...other };
    if (signature === 'none' || signature === 'secret') return unsigned(claims, signature);
    const key = signature === 'foreign' ? foreign : published;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key.privateKey);
  }

  const provider: Provider = {
    issuer,
    lies: {},
    signedIn: undefined,
    asked: [],
    back(address, who) {
      const { searchParams: asked } = new URL(address);
      if (asked.get('code_challenge_method') !== 'S256') throw new Error('no PKCE');
      const code = randomUUID();
      const redirectUri = asked.get('redirect_uri') as string;
      codes.set(code, {
        who,
        nonce: asked.get('nonce'),
        challenge: asked.get('code_challenge') as string,
        redirectUri,
      });
      return withQuery(redirectUri, { code, state: asked.get('state') as string, iss: issuer });
    },
    refuse(address, error = 'access_denied') {
      const { searchParams: asked } = new URL(address);
      const answer = { error, state: asked.get('state') as string, iss: issuer };
      return withQuery(asked.get('redirect_uri') as string, answer);
    },
    setting: (name, more = {}) => ({
      name,
      issuer,
      client_id: 'ours',
      client_secret: clientSecret,
      title: 'Example ID',
      ...more,
    }),
    stop: site.stop,
  };
  return provider;
}

/** A token that a provider must not send: without a signature, or signed with what the client knows. */
function unsigned(claims: object, signature: 'none' | 'secret'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: signature === 'none' ? 'none' : 'HS256', kid: 'one' })}.${part(claims)}`;
  const mac = signature === 'none' ? '' : createHmac('sha256', clientSecret).update(text).digest('base64url');
  return `${text}.${mac}`;
}

/** A user of GitHub, as its API tells. */
export interface GitHubUser {
  id: number;
  login: string;
  name: string | null;
  emails: { email: string; primary: boolean; verified: boolean }[];
}

export interface GitHub {
  readonly issuer: string;
  /** Answers a request by itself. */
  instead: Lies['instead'];
  back(address: string, user: GitHubUser): string;
  setting(name: string, more?: object): Record<string, unknown>;
  stop(): Promise<void>;
}

/** Its three endpoints, at the addresses of a GitHub Enterprise server. Errors of the first have status 200, as there. */
export async function startGitHub(): Promise<GitHub> {
  const codes = new Map<string, Issued & { user: GitHubUser }>();
  const tokens = new Map<string, GitHubUser>();
  const site = await listen(async (path, request, response) => {
    if (gitHub.instead?.(path, response)) return;
    if (path === '/login/oauth/access_token') {
      const form = new URLSearchParams(await bodyOf(request));
      const issued = takeCode(codes, form) as (Issued & { user: GitHubUser }) | undefined;
      if (request.headers.accept !== 'application/json' || form.get('client_secret') !== clientSecret || !issued) {
        return json(response, { error: 'bad_verification_code', error_description: 'The code is incorrect.' });
      }
      const access_token = `gho_${randomUUID()}`;
      tokens.set(access_token, issued.user);
      return json(response, { access_token, token_type: 'bearer', scope: 'read:user,user:email' });
    }
    const user = tokens.get((request.headers.authorization ?? '').slice('Bearer '.length));
    if (!user || !request.headers['user-agent']) return json(response, { message: 'Bad credentials' }, 401);
    const { emails, ...profile } = user;
    if (path === '/api/v3/user') return json(response, { ...profile, email: 'shown@profile.example' });
    if (path === '/api/v3/user/emails') return json(response, emails);
    json(response, {}, 404);
  });
  const gitHub: GitHub = {
    issuer: site.origin,
    instead: undefined,
    back(address, user) {
      const { searchParams: asked } = new URL(address);
      const code = randomUUID();
      const redirectUri = asked.get('redirect_uri') as string;
      const challenge = asked.get('code_challenge') as string;
      codes.set(code, { user, who: { sub: '' }, nonce: null, challenge, redirectUri });
      return withQuery(redirectUri, { code, state: asked.get('state') as string });
    },
    setting: (name, more = {}) => ({
      name,
      kind: 'github',
      issuer: site.origin,
      client_id: 'ours',
      client_secret: clientSecret,
      title: 'GitHub',
      ...more,
    }),
    stop: site.stop,
  };
  return gitHub;
}

/** The code's sign-in, if the verifier belongs to its challenge. A code counts once. */
function takeCode(codes: Map<string, Issued>, form: URLSearchParams): Issued | undefined {
  const code = form.get('code') ?? '';
  const issued = codes.get(code);
  codes.delete(code);
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  return issued?.challenge === challenge && form.get('redirect_uri') === issued.redirectUri ? issued : undefined;
}

function withQuery(address: string, query: Record<string, string>): string {
  return `${address}?${new URLSearchParams(query)}`;
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

async function listen(
  answer: (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ origin: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(new URL(request.url as string, 'http://x').pathname, request, response).catch((error: Error) => {
      response.writeHead(500).end(error.message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
