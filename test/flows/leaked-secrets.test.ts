/** A secret scanner reports what it found, as GitHub's partner programme does. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/operations/api-keys.ts';
import { formatApiKey } from '../../src/policy/api-keys.ts';
import { startTestGateway, type TestGateway } from '../gateway/running-gateway.ts';
import { eventually } from '../support/eventually.ts';
import { introspect, obtainTokens, refresh, type Tokens } from '../support/oauth.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { type Scanner, startScanner } from '../support/scanner.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let scanner: Scanner;
let server: TestServer;
let gateway: TestGateway;
beforeAll(async () => {
  scanner = await startScanner();
  server = await startTestServer({ env: { LEAKED_SECRETS_KEYS_URL: scanner.keysUrl } });
  gateway = await startTestGateway(server);
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
  await scanner.stop();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const makeKey = async () => {
  const input = { name: 'CI', environment: 'live', scope: ['projects:read'], projects: null, networks: null } as const;
  const by = { id: `account:${server.person.id}` };
  return (await createApiKey(server.db, server.person.id, { ...input, expiresAt: null }, by)).secret;
};
const callWith = async (key: string) =>
  (await fetch(`${gateway.origin}/v1/projects`, { headers: { authorization: `Bearer ${key}` } })).status;
const entry = (token: string, more: object = {}) => ({
  ...{ token, type: 'vibecaas_api_key', url: 'https://github.com/o/r/blob/main/a', source: 'commit' },
  ...more,
});
const answer = (token: string, label: string, token_type = 'vibecaas_api_key') => ({
  ...{ token_hash: sha256(token), token_type, label },
});
const keyEvents = async () =>
  (await auditOf(server.db, `account:${server.person.id}`)).filter(({ action }) => action === 'api_key.leaked');

describe('a report', () => {
  it('ends a key at gateways, and answers with what it was', async () => {
    const key = await makeKey();
    const strange = formatApiKey('live', randomBytes(32));
    expect(await callWith(key)).toBe(200);
    const { status, body } = await scanner.report(server.issuer, [
      entry(key),
      entry(key, { url: 'https://github.com/o/r/blob/main/b' }),
      entry(strange),
      entry('vcs_sk_live_almost'),
    ]);
    expect([status, body]).toEqual([
      200,
      [answer(key, 'true_positive'), answer(strange, 'false_positive'), answer('vcs_sk_live_almost', 'false_positive')],
    ]);
    await eventually(() => callWith(key)).toBe(401);
    expect((await keyEvents()).at(-1)).toMatchObject({
      actor: 'system',
      request_id: expect.stringMatching(/^req_/),
      details: { found_at: ['https://github.com/o/r/blob/main/a', 'https://github.com/o/r/blob/main/b'] },
    });
  });

  it('that is sent again says the same, and changes nothing', async () => {
    const { refresh_token: token } = (await obtainTokens(server, {})) as Required<Tokens>;
    const entries = [entry(await makeKey()), entry(token, { type: 'vibecaas_refresh_token', url: '', source: 'npm' })];
    const first = await scanner.report(server.issuer, entries);
    expect((await refresh(server, token)).body.error).toBe('invalid_grant');
    const state = () =>
      rowsOf(server.db, 'SELECT count(*) AS log, (SELECT count(*) FROM mails) AS mails FROM audit_events');
    const before = await state();
    expect(await scanner.report(server.issuer, entries)).toEqual(first);
    expect(first.body).toEqual([
      answer(entries[0]?.token as string, 'true_positive'),
      answer(token, 'true_positive', 'vibecaas_refresh_token'),
    ]);
    expect(await state()).toEqual(before);
    const [line] = await rowsOf(server.db, "SELECT details FROM audit_events WHERE action = 'refresh_token.leaked'");
    expect(line?.details).toMatchObject({ found_at: ['npm'] });
  });

  it('of five thousand entries, one of them genuine, is answered in order', async () => {
    const key = await makeKey();
    const entries = Array.from({ length: 4_999 }, (_, n) => entry(n === 4_000 ? key : `t${n}`));
    const { status, body } = await scanner.report(server.issuer, entries);
    const labels = (body as { label: string }[]).map(({ label }) => label);
    expect([status, labels.length, labels.indexOf('true_positive'), labels.lastIndexOf('true_positive')]).toEqual([
      ...[200, 4_999, 4_000, 4_000],
    ]);
    expect((await introspect(server, key)).body).toEqual({ active: false });
  });

  it('while the host of the keys is away: with a key that is known it is taken, with another one not', async () => {
    const key = await makeKey();
    scanner.answer((response) => void response.destroy());
    expect((await scanner.report(server.issuer, [entry(key)])).status).toBe(200);
    const other = await startTestServer({ beside: server, env: { LEAKED_SECRETS_KEYS_URL: scanner.keysUrl } });
    const body = JSON.stringify([entry(key)]);
    const address = `${other.issuer}/oauth/leaked-secrets`;
    const refused = await fetch(address, { method: 'POST', headers: scanner.headersFor(body), body });
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }]);
    const headers = ['retry-after', 'cache-control'].map((name) => refused.headers.get(name));
    expect(headers).toEqual(['30', 'no-store']);
    await other.stop();
    scanner.answer(undefined);
  });
});

it('no secret and no token of a report is in the log or the database', async () => {
  const key = await makeKey();
  const strange = formatApiKey('test', randomBytes(32));
  const url = `https://example.com/?a=${key}&b=${strange}`;
  await scanner.report(server.issuer, [entry(key, { url }), entry(strange, { url })]);
  const tables = await rowsOf(
    server.db,
    `SELECT string_agg(query_to_xml(format('SELECT * FROM %I', table_name), false, false, '')::text, '') AS dump
      FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  for (const text of [server.logged(), tables[0]?.dump as string]) {
    for (const secret of [key, strange]) expect(text).not.toContain(secret.slice(12));
  }
});
