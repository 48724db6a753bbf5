/** Tokens as this issuer could have made them, and as it never would, signed with its own key or another. */
import { createPrivateKey, createSign, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { loadOrCreateKeyRing } from '../../src/operations/signing-keys.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { apiResource, secrets, type TestServer } from '../support/server.ts';

export const sealer = createSealer(['a test secret that is long enough to be one']);

export interface Forge {
  readonly key: JWK;
  /** A genuine token, with these claims and header fields changed; undefined removes one. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>, key?: JWK): Promise<string>;
}

export async function forgeOf(server: TestServer): Promise<Forge> {
  const [signing] = (await loadOrCreateKeyRing(server.db, sealer)).published;
  const key = signing?.privateJwk as JWK;
  const gid = await livingGrant(server);
  return {
    key,
    token(claims = {}, header = {}, by = key) {
      const now = Math.floor(Date.now() / 1000);
      const all = {
        iss: server.issuer,
        aud: apiResource,
        sub: server.person.id,
        client_id: 'spa',
        jti: randomUUID(),
        gid,
        scope: 'projects:read',
        iat: now,
        exp: now + 3600,
        ...claims,
      };
      return sign(all, { alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header }, by);
    },
  };
}

/** A family for forged tokens: while a gateway is cut off from the feed it introspects them, and finds them active. */
async function livingGrant({ db, person }: TestServer): Promise<string> {
  const text = `INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on)
    SELECT $1, $2, client_id, '{}', now() + interval '1 day', current_date + 1 FROM clients ORDER BY client_id = 'spa' DESC LIMIT 1
    RETURNING id`;
  return (await db.pgPool.query(text, [randomUUID(), person.id])).rows[0].id;
}

/** By hand, because libraries refuse to make invalid tokens. */
function sign(claims: object, header: object, jwk: JWK): Promise<string> {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode(header)}.${encode(claims)}`;
  const key = createPrivateKey({ key: jwk as never, format: 'jwk' });
  const signature = createSign('sha256').update(input).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url');
  return Promise.resolve(`${input}.${signature}`);
}

export async function strangersKey(): Promise<JWK> {
  return exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
}

export async function hmacToken(claims: object, header: object, secret: string): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', ...header }).sign(Buffer.from(secret));
}

export const gatewayCredentials = () => ({ clientId: 'gateway', clientSecret: secrets.gateway as string });

export const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as Record<string, string>;

/** A fetch that counts requests by path, and can be told to fail for some. */
export function countingFetch() {
  const counts = new Map<string, number>();
  const state = { failing: (_path: string) => false };
  const counting: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    if (state.failing(pathname)) throw new TypeError('cut off');
    // A busy machine may take longer to answer than a gateway waits. The signal of other requests ends them when the verifier closes.
    const isQuestion = pathname.startsWith('/oauth/introspect');
    return fetch(input, isQuestion ? { ...init, signal: null } : init);
  };
  return {
    fetch: counting,
    count: (path: string) => counts.get(path) ?? 0,
    failFor: (failing: (path: string) => boolean) => {
      state.failing = failing;
    },
  };
}
