/** An app that builds requests by hand, since tests also need invalid ones. Flows with real libraries are in flows/. */
import { createHash, randomBytes } from 'node:crypto';
import { decide, newPerson, type Page, type Person, signIn } from './person.ts';
import { redirectUri, secrets, type TestServer } from './server.ts';

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  scope?: string;
  expires_in: number;
  token_type: string;
}

export const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

export function authorizeUrl(server: TestServer, params: Record<string, string | undefined> = {}): string {
  const url = new URL('/oauth/authorize', server.issuer);
  const all: Record<string, string | undefined> = {
    client_id: 'spa',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'projects:read',
    state: 'a-state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...params,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Returns the parameters that the app receives at its redirect URI. */
export function callback(page: Page): URLSearchParams {
  const location = page.headers.get('location');
  if (!location) throw new Error(`no redirect from ${page.url} (${page.status}):\n${page.text}`);
  return new URL(location).searchParams;
}

/** Runs a whole authorization, with sign-in and consent if asked, and returns the code. */
export async function obtainCode(
  server: TestServer,
  params: Record<string, string | undefined> = {},
  person: Person = newPerson(server.issuer),
  picked: string[] = [],
): Promise<string> {
  let page = await person.visit(authorizeUrl(server, params));
  if (page.text.includes('autocomplete="current-password"')) page = await signIn(person, page, server.person.email);
  if (page.text.includes('name="decision"')) page = await decide(person, page, 'allow', picked);
  const code = callback(page).get('code');
  if (!code) throw new Error(`no code: ${page.headers.get('location')}`);
  return code;
}

/** POSTs a form as `clientId`. Confidential clients authenticate with Basic. */
export async function post(
  server: { issuer: string },
  path: string,
  form: Record<string, string>,
  clientId = 'spa',
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const secret = secrets[clientId];
  const response = await fetch(new URL(path, server.issuer), {
    method: 'POST',
    headers: secret ? { authorization: basic(clientId, secret) } : {},
    body: new URLSearchParams(secret ? form : { client_id: clientId, ...form }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {}, headers: response.headers };
}

export function basic(clientId: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

export function exchange(
  server: { issuer: string },
  code: string,
  clientId = 'spa',
  form: Record<string, string> = {},
) {
  return post(
    server,
    '/oauth/token',
    { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...form },
    clientId,
  );
}

export function refresh(
  server: { issuer: string },
  refreshToken: string,
  clientId = 'spa',
  form: Record<string, string> = {},
) {
  return post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token: refreshToken, ...form }, clientId);
}

export function introspect(server: { issuer: string }, token: string, clientId = 'gateway') {
  return post(server, '/oauth/introspect', { token }, clientId);
}

export async function obtainTokens(
  server: TestServer,
  params: Record<string, string | undefined> = {},
  person?: Person,
): Promise<Tokens> {
  const clientId = params.client_id ?? 'spa';
  const { status, body } = await exchange(server, await obtainCode(server, params, person), clientId);
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  return body as unknown as Tokens;
}
