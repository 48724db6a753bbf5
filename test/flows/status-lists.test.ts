/** Token Status Lists as a service sees them that knows nothing of ours: claim, address, signature, bits. */
import { inflateSync } from 'node:zlib';
import { createLocalJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { createClient, disableClient } from '../../src/operations/clients.ts';
import { takeScopes } from '../../src/operations/narrow-consent.ts';
import { purge } from '../../src/operations/purge.ts';
import { obtainTokens, post, refresh, type Tokens } from '../support/oauth.ts';
import { until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';

const other = 'https://other.example';
const env = { STATUS_LIST_RESOURCES: apiResource, API_RESOURCES: other };
let server: TestServer;
let beside: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env });
  beside = await startTestServer({ env, beside: server });
});
afterAll(async () => {
  await beside.stop();
  await server.stop();
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(new URL(path, server.issuer), { headers, method });

interface Place {
  readonly idx: number;
  readonly uri: string;
}
const placeOf = (token: string): Place => (decodeJwt(token).status as { status_list: Place }).status_list;

/** Reads the list as the draft says, §8.3. */
async function readList(uri: string, { issuer } = server): Promise<{ claims: JWTPayload; bits: Buffer }> {
  const keys = createLocalJWKSet(await (await get('/oauth/jwks')).json());
  const response = await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } });
  expect(response.headers.get('content-type')).toBe('application/statuslist+jwt');
  const options = { typ: 'statuslist+jwt', algorithms: ['ES256'], issuer, subject: uri };
  const { payload: claims } = await jwtVerify(await response.text(), keys, options);
  const list = claims.status_list as { bits: number; lst: string };
  expect(list.bits).toBe(1);
  return { claims, bits: inflateSync(Buffer.from(list.lst, 'base64url')) };
}

async function isRevoked(token: string, node = server): Promise<boolean> {
  const { idx, uri } = placeOf(token);
  const { bits } = await readList(uri.replace(server.issuer, node.issuer), node);
  expect(idx).toBeLessThan(bits.length * 8);
  return (((bits[idx >> 3] as number) >> (idx & 7)) & 1) === 1;
}
const becomesRevoked = (token: string, node = server) => until(() => isRevoked(token, node));

/** Two tokens of one authorization at different places; one of 64 pairs shares a place. */
async function siblings(clientId = 'spa'): Promise<{ first: string; second: string; refresh_token: string }> {
  for (;;) {
    const { access_token: first, refresh_token: old } = await obtainTokens(server);
    const { body } = await refresh(server, old as string, clientId);
    const { access_token: second, refresh_token } = body as unknown as Required<Tokens>;
    if (placeOf(first).idx !== placeOf(second).idx) return { first, second, refresh_token };
  }
}

describe('a token', () => {
  it('of a resource that asked for it has a place, and of another resource none', async () => {
    const { access_token: token } = await obtainTokens(server);
    const { uri, idx } = placeOf(token);
    expect(uri).toBe(`${server.issuer}/oauth/status-lists/0`);
    expect(Number.isInteger(idx)).toBe(true);
    const { body } = await post(
      server,
      '/oauth/token',
      { grant_type: 'client_credentials', scope: 'projects:read', resource: other },
      'service',
    );
    expect(decodeJwt(body.access_token as string)).toMatchObject({ aud: other });
    expect(decodeJwt(body.access_token as string)).not.toHaveProperty('status');
    expect(await isRevoked(token)).toBe(false);
  });

  it('that is revoked alone is revoked in the list of every node, and its sibling is not', async () => {
    const { first, second } = await siblings();
    expect((await post(server, '/oauth/revoke', { token: first })).status).toBe(200);
    await becomesRevoked(first);
    await becomesRevoked(first, beside);
    expect(await isRevoked(second)).toBe(false);
  });

  it('is revoked in the list with its authorization, and so are all others of it', async () => {
    const { first, second, refresh_token } = await siblings();
    const { access_token: elsewhere } = await obtainTokens(server);
    await post(server, '/oauth/revoke', { token: refresh_token });
    await becomesRevoked(first);
    expect(await isRevoked(second)).toBe(true);
    expect(await isRevoked(elsewhere)).toBe(false);
  });

  it('that loses a scope is revoked in the list, and the next one has another place', async () => {
    const { access_token: old, refresh_token } = await obtainTokens(server, { scope: 'projects:read projects:write' });
    await takeScopes(
      server.db,
      { accountId: server.person.id, clientId: 'spa', scopes: ['projects:write'] },
      { id: 'test' },
    );
    await becomesRevoked(old);
    const { body } = await refresh(server, refresh_token as string);
    expect(await isRevoked(body.access_token as string)).toBe(false);
  });

  it('of a client that acts for itself is revoked in the list alone, and with the client', async () => {
    const obtain = async () => {
      const form = { grant_type: 'client_credentials', scope: 'projects:read' };
      return (await post(server, '/oauth/token', form, 'service')).body.access_token as string;
    };
    const first = await obtain();
    let second = await obtain();
    while (placeOf(second).idx === placeOf(first).idx) second = await obtain();
    await post(server, '/oauth/revoke', { token: first }, 'service');
    await becomesRevoked(first);
    expect(await isRevoked(second)).toBe(false);
    await server.db.script("SELECT revoke_token('client_id', ARRAY['service'], NULL)");
    await becomesRevoked(second);
    await server.db.script("SELECT revoke_token('client_id', ARRAY['service'], to_timestamp(0))");
    await until(async () => !(await isRevoked(second)));
    expect(await isRevoked(first)).toBe(true);
  });

  it('of a client that was deleted and made again has a place of its own, which is revoked with the new client', async () => {
    const { db } = server;
    const make = async () => {
      const input = { client_id: 'again', client_name: 'Again', type: 'service' } as const;
      const { clientSecret } = await createClient(db, input, { id: 'cli', powers: 'everything' });
      secrets.again = clientSecret as string;
    };
    const obtain = async () => {
      const form = { grant_type: 'client_credentials', scope: 'projects:read' };
      return (await post(server, '/oauth/token', form, 'again')).body.access_token as string;
    };
    const runs = async () => {
      const [row] = await rowsOf(db, "SELECT runs FROM status_list_clients WHERE key = 'again'");
      return row?.runs as string[];
    };
    const run = (token: string) => String(Math.floor(placeOf(token).idx / 64));
    await make();
    const old = await obtain();
    const before = await runs();
    expect(before).toContain(run(old));
    await deleteClient(db, 'again', { id: 'cli', powers: 'everything' });
    await becomesRevoked(old);
    await make();
    const now = await obtain();
    const after = await runs();
    expect(after).toContain(run(now));
    expect(after.filter((one) => before.includes(one))).toEqual([]);
    // The old one stays revoked as long as it could be valid, and then its runs go.
    expect(await isRevoked(old)).toBe(true);
    await db.script("UPDATE status_list_clients SET ended_at = ended_at - interval '3 hours'");
    expect(await purge(db)).toMatchObject({ status_list_clients: 1 });
    expect(await runs()).toEqual(after);
    await db.script("SELECT revoke_token('client_id', ARRAY['again'], to_timestamp(0))");
    await until(async () => !(await isRevoked(now)));
    await disableClient(db, 'again', { id: 'cli', powers: 'everything' }, 'a test');
    await becomesRevoked(now);
  });

  it('costs no statement for its place', async () => {
    const plain = await startTestServer();
    const form = { grant_type: 'client_credentials', scope: 'projects:read' };
    const cost = async (node: TestServer) => {
      const forItself = () => post(node, '/oauth/token', form, 'service');
      // The first one gets its client places, which the node remembers.
      await forItself();
      let { refresh_token: token } = await obtainTokens(node);
      const refreshed = async () => {
        token = (await refresh(node, token as string)).body.refresh_token as string;
      };
      return [await fewestStatements(node, forItself), await fewestStatements(node, refreshed)];
    };
    expect(await cost(plain)).toEqual([0, 2]);
    expect(await cost(server)).toEqual([0, 2]);
    expect(decodeJwt((await obtainTokens(plain)).access_token)).not.toHaveProperty('status');
    expect((await fetch(`${plain.issuer}/oauth/status-lists/0`)).status).toBe(404);
    await plain.stop();
  });
});

describe('a list', () => {
  it('can be read on every node as soon as a token names it', async () => {
    const first = await startTestServer({ env });
    const second = await startTestServer({ env, beside: first });
    const read = ({ issuer }: TestServer) => fetch(`${issuer}/oauth/status-lists/0`);
    for (const node of [first, second]) expect((await read(node)).status).toBe(404);
    await obtainTokens(first);
    for (const node of [first, second]) expect((await read(node)).status).toBe(200);
    await second.stop();
    await first.stop();
  });

  it('says how long it holds, and is not signed again while nothing changes', async () => {
    const { claims } = await readList(`${server.issuer}/oauth/status-lists/0`);
    expect(claims).toMatchObject({ ttl: 30 });
    expect((claims.exp as number) - (claims.iat as number)).toBe(300);
    const first = await get('/oauth/status-lists/0');
    const etag = first.headers.get('etag') as string;
    const again = await get('/oauth/status-lists/0', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    for (const { headers } of [first, again]) {
      expect(headers.get('cache-control')).toBe('public, max-age=10');
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
    const head = await get('/oauth/status-lists/0', {}, 'HEAD');
    expect([head.status, head.headers.get('etag')]).toEqual([200, etag]);
  });

  it('is named by the metadata', async () => {
    const metadata = await (await get('/.well-known/oauth-authorization-server')).json();
    expect(metadata.status_list_aggregation_endpoint).toBe(`${server.issuer}/oauth/status-lists`);
    const all = await (await fetch(metadata.status_list_aggregation_endpoint)).json();
    expect(all).toEqual({ status_lists: [`${server.issuer}/oauth/status-lists/0`] });
  });

  const refusals: [what: string, path: string, headers: Record<string, string>, method: string, status: number][] = [
    ['that does not exist', '/oauth/status-lists/1', {}, 'GET', 404],
    ['with a number in another form', '/oauth/status-lists/00', {}, 'GET', 404],
    ['with a huge number', `/oauth/status-lists/${'9'.repeat(40)}`, {}, 'GET', 404],
    ['with a negative number', '/oauth/status-lists/-1', {}, 'GET', 404],
    ['of the past', '/oauth/status-lists/0?time=1686925000', {}, 'GET', 501],
    ['in CBOR', '/oauth/status-lists/0', { accept: 'application/statuslist+cwt' }, 'GET', 406],
    ['by POST', '/oauth/status-lists/0', {}, 'POST', 405],
    ['as something to delete', '/oauth/status-lists/0', {}, 'DELETE', 405],
  ];
  it.each(refusals)('%s is refused', async (_what, path, headers, method, status) => {
    const response = await get(path, headers, method);
    expect(response.status).toBe(status);
    // A script sees a refusal only if it may read it. It can't send other methods, and has no reason to.
    if (method === 'GET') expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(await response.text()).not.toMatch(/stack|node_modules|statuslist.*eyJ/);
  });
});
