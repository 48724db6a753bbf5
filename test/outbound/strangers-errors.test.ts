/**
 * When the network fails for a client's `jwks_uri`, the client failed to authenticate (RFC 6749 §5.2). It is never
 * reported as a failure of our database. The sockets and TLS are real; only names resolve as the test says.
 */
import { createServer as createHttps, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server as TcpServer } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { keyFetch } from '../../src/outbound/key-fetch.ts';
import type { Outbound } from '../../src/outbound/request.ts';
import { openDatabase } from '../../src/store/database.ts';
import { isUnavailable } from '../../src/store/unavailable.ts';
import { makeCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { localNetwork } from '../support/network.ts';
import { authorizeUrl, post } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const limit = 64 * 1024;
const { privateKey, publicKey } = await generateKeyPair('ES256');
let jwk: JWK;
let keys: Server;
let resetting: TcpServer;
let server: TestServer;
let outbound: Outbound;
let sent = 0;
/** Path → the document that is served there. */
const documents: Record<string, () => string> = {
  '/keys': () => keySet(1_000),
  '/just-fits': () => keySet(limit),
  '/a-byte-more': () => keySet(limit + 1),
};

beforeAll(async () => {
  jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'one' };
  const { key, cert } = makeCertificate('keys.example');
  keys = createHttps({ key, cert }, (request, response) => {
    if (request.url === '/endless') {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(16 * 1024))) sent += 16 * 1024;
      };
      response.on('drain', more).write(keySet(1_000));
      return more();
    }
    response.end(documents[request.url ?? '']?.() ?? 'no such document');
  });
  resetting = createTcp((socket) => socket.on('error', () => {}).resetAndDestroy());
  for (const one of [keys, resetting]) await new Promise<void>((done) => void one.listen(0, '127.0.0.1', done));
  ({ outbound } = localNetwork(cert, (host) => {
    const code = /^(enotfound|eai_again)\.example$/.exec(host)?.[1]?.toUpperCase();
    return code ? Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code }) : undefined;
  }));
  server = await startTestServer({ outbound });
});
afterAll(async () => {
  keys.close();
  keys.closeAllConnections();
  resetting.close();
  await server.stop();
});

/** A key set of this many bytes, most of it white space, which JSON allows at the end. */
function keySet(bytes: number): string {
  return JSON.stringify({ keys: [jwk] }).padEnd(bytes, ' ');
}

const portOf = (one: TcpServer) => (one.address() as AddressInfo).port;

/** Registers a client with this `jwks_uri`; returns what it sends to authenticate. */
async function signer(jwksUri: string): Promise<{ id: string; proof(): Promise<Record<string, string>> }> {
  const id = `signer-${crypto.randomUUID()}`;
  const input = {
    client_id: id,
    client_name: 'Signer',
    type: 'web',
    redirect_uris: ['https://app.example/callback'],
    grant_types: ['authorization_code', 'client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: jwksUri,
  };
  await createClient(server.db, input as never, { id: 'test' });
  return {
    id,
    async proof() {
      const assertion = await new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(server.issuer)
        .setIssuedAt()
        .setExpirationTime('1 minute')
        .sign(privateKey);
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      return { client_assertion_type: type, client_assertion: assertion };
    },
  };
}

const endpoints: readonly [path: string, form: () => Record<string, string>][] = [
  ['/oauth/token', () => ({ grant_type: 'client_credentials', scope: 'projects:read' })],
  ['/oauth/par', () => Object.fromEntries(new URL(authorizeUrl(server, { client_id: undefined })).searchParams)],
  ['/oauth/introspect', () => ({ token: 'a-token' })],
  ['/oauth/revoke', () => ({ token: 'a-token' })],
];

describe('keys that cannot be read fail the client authentication', () => {
  it.each<[what: string, uri: () => Promise<string>]>([
    ['the name does not resolve (ENOTFOUND)', async () => 'https://enotfound.example/keys'],
    ['the resolver does not answer (EAI_AGAIN)', async () => 'https://eai_again.example/keys'],
    ['nobody listens (ECONNREFUSED)', async () => `https://keys.example:${await freePort()}/keys`],
    ['the connection is reset (ECONNRESET)', async () => `https://keys.example:${portOf(resetting)}/keys`],
    ['the certificate is for another name', async () => `https://other.example:${portOf(keys)}/keys`],
    ['there is no such document', async () => `https://keys.example:${portOf(keys)}/nothing`],
  ])('with 401 at token, PAR, introspection and revocation when %s', async (_what, uri) => {
    const { id, proof } = await signer(await uri());
    for (const [path, form] of endpoints) {
      const reply = await post(server, path, { ...form(), ...(await proof()) }, id);
      expect([path, reply.status, reply.body.error]).toEqual([path, 401, 'invalid_client']);
    }
    expect(server.logged()).not.toMatch(/database can.t be reached/);
  });

  it('but not the same requests with keys that can be read', async () => {
    const { id, proof } = await signer(`https://keys.example:${portOf(keys)}/keys`);
    for (const [path, form] of endpoints) {
      const { status } = await post(server, path, { ...form(), ...(await proof()) }, id);
      expect([path, status]).toEqual([path, path === '/oauth/par' ? 201 : 200]);
    }
  });
});

describe('a key set is read no further than its bound, by each of two bounds', () => {
  it('the engine accepts 64 KB and refuses a byte more', async () => {
    for (const [path, status] of [
      ['just-fits', 200],
      ['a-byte-more', 401],
    ] as const) {
      const { id, proof } = await signer(`https://keys.example:${portOf(keys)}/${path}`);
      const reply = await post(server, '/oauth/token', { grant_type: 'client_credentials', ...(await proof()) }, id);
      expect([path, reply.status]).toEqual([path, status]);
    }
  });

  it('the fetch hangs up on a key set that does not end', async () => {
    const response = await keyFetch(outbound)(`https://keys.example:${portOf(keys)}/endless`);
    expect((await response.arrayBuffer()).byteLength).toBe(limit + 1);
    // The server has sent only what the sockets in between can hold.
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('a failure is the database’s only when it came from there', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT', 'EHOSTUNREACH'])(
    '%s of another socket is not',
    (code) => {
      const error = Object.assign(new Error(`connect ${code}`), { code });
      expect(isUnavailable(error)).toBe(false);
      expect(isUnavailable(new Error('failed', { cause: error }))).toBe(false);
    },
  );

  it('a failure on any way into the pool is the database’s', async () => {
    const port = await freePort();
    const db = openDatabase({ url: `postgres://nobody@127.0.0.1:${port}/nothing`, poolSize: 1 });
    const ways = {
      statement: () => db.run({ name: 'one', text: 'SELECT 1' }, []),
      script: () => db.script('SELECT 1'),
      builder: () => db.builder.selectFrom('accounts').selectAll().execute(),
      transaction: () => db.transaction(async () => {}),
      library: () => db.pgPool.query('SELECT 1'),
    };
    for (const [name, way] of Object.entries(ways)) {
      const error = await way().then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect([name, isUnavailable(error)]).toEqual([name, true]);
      expect(isUnavailable(new Error('failed', { cause: error }))).toBe(true);
    }
    await db.close();
  });

  it('a cut connection inside a transaction is the database’s failure, and a wrong statement is not', async () => {
    const { db } = server;
    const cut = await db
      .transaction(async (trx) => trx.script('SELECT pg_terminate_backend(pg_backend_pid())'))
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(isUnavailable(cut)).toBe(true);
    const wrong = await db.script('SELECT nonsense').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(wrong).toBeInstanceOf(Error);
    expect(isUnavailable(wrong)).toBe(false);
  });
});
