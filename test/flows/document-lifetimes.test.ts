/** How long a document counts, what happens when it is not there any more, and how often it is asked for. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { purge } from '../../src/operations/purge.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  obtainCode,
  obtainTokens,
  post,
  refresh,
  verifier,
} from '../support/oauth.ts';
import { newPerson, type Page } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestNode } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';

let host: DocumentHost;
let server: TestNode;
let second: TestNode;
let documents = 0;
let name: string;
let clientId: string;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
  second = await startTestServer({ outbound: host.outbound, beside: server });
  // A new browser is told by mail, which counts statements in the background.
  await server.db.script(`CREATE OR REPLACE FUNCTION queue_mail(p_kind text, p_recipient text, p_account text, p_facts jsonb, p_language text, p_limited_by bytea, p_limit integer)
    RETURNS boolean LANGUAGE sql AS 'SELECT true'`);
});
afterAll(async () => {
  await second.stop();
  await server.stop();
  await host.stop();
});
beforeEach(() => {
  documents += 1;
  name = `document-${documents}.json`;
  clientId = host.serve(name);
});

const visit = (at = server): Promise<Page> => newPerson(at.issuer).visit(authorizeUrl(at, { client_id: clientId }));

const rowOf = async () => {
  const sql = `SELECT etag, error, round(extract(epoch FROM fresh_until - fetched_at))::integer AS fresh,
    fresh_until > now() AS is_fresh FROM client_documents WHERE client_id = '${clientId}'`;
  return (await rowsOf(server.db, sql))[0];
};

/** Moves the document into the past. */
async function age(seconds: number): Promise<void> {
  await server.db.pgPool.query(
    `UPDATE client_documents SET fetched_at = fetched_at - $2 * interval '1 second',
       fresh_until = fresh_until - $2 * interval '1 second' WHERE client_id = $1`,
    [clientId, seconds],
  );
  await server.db.notify('clients', clientId);
  await server.hasHeard();
}

describe('A document', () => {
  it.each([
    [undefined, 3600],
    ['max-age=60', 300],
    ['max-age=1800', 1800],
    ['public, max-age=1800, immutable', 1800],
    ['max-age=31536000', 86_400],
    ['max-age=99999999999999999999', 86_400],
    ['no-store', 300],
    ['no-cache, max-age=7200', 300],
    ['max-age=0', 300],
    ['max-age=-5', 3600],
    ['nonsense', 3600],
  ])('with the Cache-Control %s is not read again for %d seconds', async (control, seconds) => {
    host.serve(name, {}, control === undefined ? {} : { 'cache-control': control });
    await visit();
    expect(await rowOf()).toMatchObject({ fresh: seconds });
  });

  it.each([
    [new Date(Date.now() + 7200_000).toUTCString(), 7200],
    ['0', 300],
  ])('that Expires %s is not read again until then', async (expires, seconds) => {
    host.serve(name, {}, { expires });
    await visit();
    expect(Math.abs(((await rowOf())?.fresh as number) - seconds)).toBeLessThan(60);
  });

  it('that is fresh is not asked for, and costs no statement more than a registered client', async () => {
    const costs = async (client: string) => {
      const person = newPerson(server.issuer);
      await obtainTokens(server, { client_id: client }, person);
      const whole = await fewestStatements(server, () => obtainTokens(server, { client_id: client }));
      const again = await fewestStatements(server, async () =>
        expect(callback(await person.request(authorizeUrl(server, { client_id: client }))).has('code')).toBe(true),
      );
      return { whole, again };
    };
    expect(await costs(clientId)).toEqual(await costs('spa'));
    expect(host.requests(name)).toHaveLength(1);
  });

  it('that is the same is confirmed by its ETag alone', async () => {
    host.answer(name, (request, response) => {
      if (request.headers['if-none-match'] === '"one"')
        return response.writeHead(304, { 'cache-control': 'max-age=900' }).end();
      const body = JSON.stringify({ client_id: clientId, redirect_uris: [redirectUri] });
      return response.writeHead(200, { 'content-type': 'application/json', etag: '"one"' }).end(body);
    });
    await visit();
    const before = await rowsOf(server.db, `SELECT revision FROM clients WHERE client_id = '${clientId}'`);
    await age(4_000);
    expect((await visit()).status).toBe(200);
    expect(await rowOf()).toMatchObject({ etag: '"one"', error: null, fresh: 900, is_fresh: true });
    expect(await rowsOf(server.db, `SELECT revision FROM clients WHERE client_id = '${clientId}'`)).toEqual(before);
  });

  it('is read once when two nodes and many people need it at the same moment, or at most once by each', async () => {
    const pages = await Promise.all([visit(), visit(second), visit(), visit(second), visit()]);
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(host.requests(name).length).toBeLessThanOrEqual(2);
    expect(
      await rowsOf(server.db, `SELECT count(*)::integer AS n FROM audit_events WHERE target = 'client:${clientId}'`),
    ).toEqual([{ n: 1 }]);
  });

  it('that one node has read is known to the other', async () => {
    await visit();
    expect((await visit(second)).status).toBe(200);
    expect(host.requests(name)).toHaveLength(1);
    await age(4_000);
    await visit(second);
    await visit();
    expect(host.requests(name)).toHaveLength(2);
  });
});

describe('A document that is gone', () => {
  it('stops new authorizations with an error for its author, and nothing that people have allowed', async () => {
    const person = newPerson(server.issuer);
    const tokens = await obtainTokens(server, { client_id: clientId }, person);
    const code = await obtainCode(server, { client_id: clientId }, person);
    host.answer(name, (_, response) => response.writeHead(404).end());
    await age(4_000);
    const page = await person.visit(authorizeUrl(server, { client_id: clientId }));
    expect([page.status, page.text.includes('status 404'), page.text.includes('character by character')]).toEqual([
      400,
      true,
      true,
    ]);
    expect((await refresh(server, tokens.refresh_token as string, clientId)).status).toBe(200);
    expect((await exchange(server, code, clientId)).status).toBe(200);
    expect(await rowOf()).toMatchObject({ error: 'was answered with status 404', is_fresh: false });
    const failures = `SELECT endpoint, error FROM failed_requests WHERE client_id = '${clientId}'`;
    await eventually(() => rowsOf(server.db, failures)).toEqual([{ endpoint: 'authorize', error: 'invalid_client' }]);
  });

  it('is taken again when it is back', async () => {
    await visit();
    host.answer(name, (_, response) => response.writeHead(410).end());
    await age(4_000);
    expect((await visit(second)).status).toBe(400);
    host.serve(name);
    // This node has not seen the failure.
    expect((await visit()).status).toBe(200);
    expect(await rowOf()).toMatchObject({ error: null, is_fresh: true });
  });

  it.each([
    [4_000, 200],
    [100_000, 400],
  ])('because its host is down counts on for a day: %d seconds later the answer is %d', async (seconds, status) => {
    await visit();
    host.answer(name, (_, response) => response.destroy());
    await age(seconds);
    expect((await visit()).status).toBe(status);
    expect(await rowOf()).toMatchObject({ error: 'can’t be reached' });
  });

  it('does not lift a suspension, nor is it asked for', async () => {
    await visit();
    await server.db.pgPool.query("UPDATE clients SET status = 'disabled' WHERE client_id = $1", [clientId]);
    await age(4_000);
    expect((await visit()).status).toBe(400);
    expect(host.requests(name)).toHaveLength(1);
  });
});

it('A document that leaves the profile that an admin has given its client is refused', async () => {
  const { publicKey } = await generateKeyPair('ES256');
  const described = {
    redirect_uris: ['https://app.example/cb'],
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'ES256',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] },
  };
  host.serve(name, described);
  await visit();
  await updateClient(server.db, clientId, { profile: 'fapi2' }, { id: 'test' });
  host.serve(name, { ...described, token_endpoint_auth_method: 'none' });
  await age(4000);
  await visit();
  const sql = `SELECT token_endpoint_auth_method AS method FROM clients WHERE client_id = '${clientId}'`;
  expect(await rowsOf(server.db, sql)).toEqual([{ method: 'private_key_jwt' }]);
  expect(await rowOf()).toMatchObject({ error: expect.stringContaining('for profile fapi2') });
});

it('A client that changes its keys is authenticated by the new ones once its document is stale', async () => {
  const pairs = [await generateKeyPair('ES256'), await generateKeyPair('ES256')] as const;
  const serveKeys = async (which: 0 | 1) =>
    host.serve(name, {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(pairs[which].publicKey)), kid: `${which}`, alg: 'ES256', use: 'sig' }] },
    });
  const tokenBy = async (which: 0 | 1, form: Record<string, string>) => {
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: `${which}` })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(server.issuer)
      .setIssuedAt()
      .setExpirationTime('1 minute')
      .sign(pairs[which].privateKey);
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    return post(
      server,
      '/oauth/token',
      { client_assertion_type: type, client_assertion: assertion, ...form },
      clientId,
    );
  };
  await serveKeys(0);
  const code = await obtainCode(server, { client_id: clientId });
  const exchanged = await tokenBy(0, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  expect(exchanged.status).toBe(200);
  await serveKeys(1);
  const again = { grant_type: 'refresh_token', refresh_token: exchanged.body.refresh_token as string };
  expect((await tokenBy(1, again)).status).toBe(401);
  await age(4_000);
  expect((await tokenBy(1, again)).status).toBe(200);
});

describe('A client that nobody uses', () => {
  const exists = async () =>
    (await rowsOf(server.db, `SELECT 1 FROM clients WHERE client_id = '${clientId}'`)).length === 1;
  const longAgo = 10 * 86_400;

  it('is deleted a week after its document was fresh last', async () => {
    await visit();
    await age(6 * 86_400);
    await purge(server.db);
    expect(await exists()).toBe(true);
    await age(5 * 86_400);
    await purge(server.db);
    expect(await exists()).toBe(false);
    expect((await visit()).status).toBe(200);
  });

  it('stays while a person allows it something', async () => {
    await obtainTokens(server, { client_id: clientId });
    await age(longAgo);
    await purge(server.db);
    expect(await exists()).toBe(true);
  });

  it('stays while it is suspended', async () => {
    await visit();
    await server.db.pgPool.query("UPDATE clients SET status = 'disabled' WHERE client_id = $1", [clientId]);
    await age(longAgo);
    await purge(server.db);
    expect(await exists()).toBe(true);
  });

  it('stays while an admin has decided something about it, which its document would not say', async () => {
    for (const decided of [`admin_decisions = '{"client_name": "Ours"}'`, `profile = 'fapi2'`]) {
      await visit();
      await server.db.pgPool.query(`UPDATE clients SET ${decided} WHERE client_id = $1`, [clientId]);
      await age(longAgo);
      await purge(server.db);
      expect(await exists()).toBe(true);
      await server.db.pgPool.query('DELETE FROM clients WHERE client_id = $1', [clientId]);
    }
  });

  it('stays if somebody allows it in the moment in which it is deleted', async () => {
    await visit();
    await age(longAgo);
    const allowing = await server.db.pgPool.connect();
    try {
      await allowing.query('BEGIN');
      await allowing.query('SELECT FROM save_consent($1, $2, $3, $4, NULL)', [
        server.person.id,
        clientId,
        ['projects:read'],
        [],
      ]);
      await purge(server.db);
      await allowing.query('COMMIT');
    } finally {
      allowing.release();
    }
    await purge(server.db);
    expect(await exists()).toBe(true);
  });
});
