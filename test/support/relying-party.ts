/**
 * An app that signs people in with OpenID Connect and accepts logout tokens, as docs/app-developers.md describes: openid-client
 * for the sign-in, jose for the token. It keeps a session for each sign-in, by `sid`.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { createClient } from '../../src/operations/clients.ts';
import type { ClientInput } from '../../src/policy/client/schema.ts';
import { decide, type Person, signIn } from './person.ts';
import { until } from './receiver.ts';
import type { TestServer } from './server.ts';
import { rules } from './webhooks.ts';

const event = 'http://schemas.openid.net/event/backchannel-logout';

/** A request to the address for logout tokens. */
interface LogoutRequest {
  readonly type: string | undefined;
  readonly body: string;
  readonly token: string;
  /** What the token says, verified or not. */
  readonly claims: JWTPayload;
  /** What is wrong with it as a logout token for this app; undefined if it is valid. */
  readonly problem: string | undefined;
}

export interface RelyingParty {
  readonly clientId: string;
  readonly url: string;
  /** The person of each session that is open at the app, by `sid`. */
  readonly sessions: Map<string, string>;
  readonly requests: LogoutRequest[];
  /** Signs a person in. Returns the claims of the ID token, which `onToken` gets too. */
  signIn(person: Person, email: string, onToken?: (idToken: string) => void): Promise<JWTPayload>;
  /** Sets how further requests are answered; the default is 200 for what is valid, and 400. */
  answer(how: ((response: ServerResponse, request: LogoutRequest) => void) | undefined): void;
  waitFor(count: number): Promise<LogoutRequest[]>;
  stop(): Promise<void>;
}

/** Registers the app at the server, and starts it. */
export async function startRelyingParty(
  server: TestServer,
  clientId: string,
  input: Partial<ClientInput> = {},
): Promise<RelyingParty> {
  const sessions = new Map<string, string>();
  const requests: LogoutRequest[] = [];
  const used = new Set<string>();
  const keys = createRemoteJWKSet(new URL('/oauth/jwks', server.issuer), { cooldownDuration: 0 });
  const alg = input.id_token_signed_response_alg ?? 'ES256';
  let how: ((response: ServerResponse, request: LogoutRequest) => void) | undefined;

  /** Back-Channel Logout §2.6. */
  async function verified(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keys, {
      issuer: server.issuer,
      audience: clientId,
      algorithms: [alg],
      typ: 'logout+jwt',
      maxTokenAge: '2 minutes',
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
    });
    if (typeof (payload.events as Record<string, unknown>)[event] !== 'object') throw new Error('no logout event');
    if ('nonce' in payload) throw new Error('a nonce');
    if (typeof payload.sub !== 'string' || typeof payload.sid !== 'string') throw new Error('no sub or no sid');
    if (used.has(payload.jti as string)) throw new Error('a jti that was used');
    used.add(payload.jti as string);
    return payload;
  }

  const listening = createServer(async (request, response) => {
    const body = await text(request);
    const token = new URLSearchParams(body).get('logout_token') ?? '';
    let problem: string | undefined;
    try {
      const { sid } = await verified(token);
      if (!how) sessions.delete(sid as string);
    } catch (error) {
      problem = String(error);
    }
    const got = { type: request.headers['content-type'], body, token, claims: decodeJwt(token), problem };
    requests.push(got);
    if (how) how(response, got);
    else response.writeHead(problem ? 400 : 200, { 'cache-control': 'no-store' }).end();
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/backchannel-logout`;
  const redirectUri = 'https://rp.example/callback';
  const registration = { client_name: clientId, type: 'web', redirect_uris: [redirectUri], ...input } as const;
  const sending = { outbound: rules };
  const more = { client_id: clientId, backchannel_logout_uri: url };
  const { clientSecret } = await createClient(server.db, { ...more, ...registration }, { id: 'test' }, sending);
  const config = await client.discovery(
    new URL(server.issuer),
    clientId,
    { id_token_signed_response_alg: alg },
    clientSecret ? client.ClientSecretBasic(clientSecret) : client.None(),
    { execute: [client.allowInsecureRequests] },
  );

  return {
    clientId,
    url,
    sessions,
    requests,
    async signIn(person, email, onToken) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const expectedNonce = client.randomNonce();
      const start = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid',
        nonce: expectedNonce,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      let page = await person.visit(start.href);
      if (page.text.includes('current-password')) page = await signIn(person, page, email);
      if (page.text.includes('name="decision"')) page = await decide(person, page, 'allow');
      const back = new URL(page.headers.get('location') as string);
      const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedNonce });
      onToken?.(tokens.id_token as string);
      const claims = tokens.claims() as JWTPayload;
      if (typeof claims.sid === 'string') sessions.set(claims.sid, claims.sub as string);
      return claims;
    },
    answer(next) {
      how = next;
    },
    async waitFor(count) {
      await until(
        () => requests.length >= count,
        undefined,
        () => `${requests.length} of ${count} logout tokens came`,
      );
      return requests;
    },
    stop: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        listening.closeAllConnections();
      }),
  };
}
