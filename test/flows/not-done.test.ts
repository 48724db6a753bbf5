/** What was answered as not done has no effect, then or later: the same request, sent again, succeeds as a first try. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Timeouts } from '../../src/store/timeouts.ts';
import { authorizeUrl, callback, exchange, obtainCode, obtainTokens, refresh } from '../support/oauth.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { formOf, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

/** A node that gives up locks, or statements, soon. Its driver waits much longer than the database. */
const impatience: readonly [name: string, timeouts: Timeouts][] = [
  ['locks', { ...patientTimeouts, lockTimeoutMs: 250 }],
  ['statements', { ...patientTimeouts, lockTimeoutMs: 0, statementTimeoutMs: 1_500 }],
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe.each(impatience)('while tables are locked, a node that gives up %s', (_, timeouts) => {
  let node: TestServer;
  beforeAll(async () => {
    node = await startTestServer({ beside: server, env: { ISSUER: server.issuer }, timeouts });
  });
  afterAll(() => node.stop());
  let unlock: (() => Promise<void>) | undefined;
  afterEach(() => unlock?.());

  /** Lets nobody write to these tables, as a backup or a careless statement would. */
  async function lock(...tables: string[]): Promise<void> {
    const holder = await server.db.pgPool.connect();
    await holder.query(`BEGIN; LOCK TABLE ${tables.join(', ')} IN SHARE MODE`);
    unlock = async () => {
      unlock = undefined;
      await holder.query('ROLLBACK');
      holder.release();
    };
  }

  /** The answer is given, the lock is still held, and nothing waits for it any more: nothing can be done later. */
  async function expectNothingPending(): Promise<void> {
    expect(await waitingForLocks(server.db)).toBe(0);
  }

  it('refuses a refresh, which then succeeds as a first try, and counts its tries', async () => {
    const tokens = await obtainTokens(server);
    await lock('grants');
    const refused = await refresh(node, tokens.refresh_token as string);
    expect([refused.status, refused.body.error, refused.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '5',
    ]);
    await expectNothingPending();
    const metrics = await (await fetch(`${node.metricsOrigin}/metrics`)).text();
    expect(metrics).toMatch(/^database_retries_total\{code="(55P03|57014)"\} \d/m);
    await unlock?.();
    expect(await generationOf(tokens.access_token)).toBe(0);
    const again = await refresh(server, tokens.refresh_token as string);
    expect([again.status, await generationOf(tokens.access_token)]).toEqual([200, 1]);
    expect((await refresh(server, again.body.refresh_token as string)).status).toBe(200);
  });

  it.each(['grants', 'authorization_codes'])('refuses an exchange of a code, with %s locked', async (table) => {
    const code = await obtainCode(server);
    await lock(table);
    const refused = await exchange(node, code);
    expect([refused.status, refused.body.error]).toEqual([503, 'temporarily_unavailable']);
    await expectNothingPending();
    await unlock?.();
    const again = await exchange(server, code);
    expect(again.status).toBe(200);
    expect((await refresh(server, again.body.refresh_token as string)).status).toBe(200);
    expect((await exchange(server, code)).body.error).toBe('invalid_grant');
  });

  it.each([
    ['consents', 'the answer on the consent page'],
    ['grants', 'the way back from it, which makes the code'],
    ['authorization_codes', 'the same'],
  ])('refuses, with %s locked, %s', async (table) => {
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const person = newPerson(server.issuer);
    const consent = await signIn(person, await person.visit(authorizeUrl(server)), email);
    expect(consent.text).toContain('name="decision"');
    await lock(table);
    const refused = await decideAt(node, person, consent);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(refused.text).toContain('can’t answer right now');
    await expectNothingPending();
    await unlock?.();
    const codes = `SELECT FROM authorization_codes c JOIN grants g ON g.id = c.grant_id JOIN accounts a ON a.id = g.account_id
      WHERE a.email = '${email}'`;
    expect(await rowsOf(server.db, codes)).toEqual([]);
    const again = await decideAt(server, person, consent);
    const code = callback(again).get('code');
    expect((await exchange(server, code as string)).status).toBe(200);
  });

  it('refuses an admin’s change, and leaves no line of it in the audit log', async () => {
    const admin = `admin-${crypto.randomUUID()}`;
    await addAdmin(server, admin);
    const token = await adminToken(server, admin);
    const tokens = await obtainTokens(server, { client_id: 'other', scope: 'projects:read' });
    await lock('grants');
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const disable = (at: TestServer) =>
      call(at, '/clients/other/disable', { method: 'POST', body: { reason: 'Tried' }, headers, token });
    const before = await auditOf(server.db, 'client:other');
    const refused = await disable(node);
    expect([refused.status, refused.body.error.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'SERVER_ERROR',
      '5',
    ]);
    await expectNothingPending();
    await unlock?.();
    expect(await rowsOf(server.db, `SELECT status FROM clients WHERE client_id = 'other'`)).toEqual([
      { status: 'active' },
    ]);
    expect(await auditOf(server.db, 'client:other')).toEqual(before);
    const again = await disable(server);
    expect([again.status, again.body.data.status]).toEqual([200, 'disabled']);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect(node.logged()).toMatch(/"url":"[^"]+\/disable","status":503,[^\n]+"detail":"canceling statement due to/);
    expect(await auditOf(server.db, 'client:other')).toHaveLength(before.length + 1);
    expect((await refresh(server, tokens.refresh_token as string, 'other')).status).toBeGreaterThanOrEqual(400);
    await call(server, '/clients/other/enable', { method: 'POST', body: { reason: 'Tried' }, token });
  });
});

/** Sends the answer of the consent page to one node, and follows redirects there. */
async function decideAt(node: TestServer, person: Person, consent: Page): Promise<Page> {
  const body = new URLSearchParams([...formOf(consent, '/consent').hidden, ['decision', 'allow']]);
  const at = (url: string) => new URL(url, consent.url).href.replace(server.issuer, node.issuer);
  let page = await person.request(at(`${consent.url}/consent`), { method: 'POST', body });
  for (let hops = 0; hops < 10; hops += 1) {
    const location = page.headers.get('location');
    if (!location || new URL(location, server.issuer).pathname === '/callback') return page;
    page = await person.request(at(location));
  }
  throw new Error('too many redirects');
}

async function generationOf(accessToken: string): Promise<unknown> {
  const { gid } = JSON.parse(Buffer.from(accessToken.split('.')[1] as string, 'base64url').toString());
  return (await rowsOf(server.db, `SELECT generation FROM grants WHERE id = '${gid}'`))[0]?.generation;
}
