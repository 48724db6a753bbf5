/** A server with AUDIT_RETENTION_DAYS: it removes what is older by itself, and says so to those who read the log. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { signedInAdmin, signedInAs } from '../support/admin.ts';
import { testKeys } from '../support/audit.ts';
import { eventually } from '../support/eventually.ts';
import { scrape } from '../support/metrics.ts';
import type { Person } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let admin: Person;
/** Has an account from before, whose sign-ins were removed; the other one is new. */
const [old, young] = ['old@example.com', 'young@example.com'];
beforeAll(async () => {
  server = await startTestServer({ env: { AUDIT_RETENTION_DAYS: '40' }, upkeepEveryMs: 100 });
  // A log that begins with 400 events of long ago.
  await server.db.script(`TRUNCATE audit_events, audit_seals, audit_unsealed;
    INSERT INTO audit_events (at, actor, action, target, details) SELECT timestamptz '2024-03-05 12:00Z' + n * interval '1 s', 'cli',
      'client.updated', 'client:web', '{}' FROM generate_series(1, 400) n;
    UPDATE clients SET created_at = now() - interval '3 years' WHERE client_id = 'web'`);
  await addPerson(server.db, old);
  await addPerson(server.db, young);
  await server.db.script(`UPDATE accounts SET created_at = now() - interval '3 years' WHERE email = '${old}'`);
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

it('what is older goes by itself, the log can be verified, and its metrics say how far back it goes', async () => {
  const left = async () => (await rowsOf(server.db, "SELECT 1 FROM audit_events WHERE at < '2025-01-01'")).length;
  await eventually(left).toBe(0);
  const verified = await verifyAudit(server.db, { keys: testKeys });
  expect(verified).toMatchObject({ removed: { before: new Date('2024-03-05T12:06:40Z') } });
  const value = async (name: string) => {
    const { series } = await scrape(server.metricsOrigin);
    return series.find((one) => one.name === name)?.value;
  };
  expect(await value('audit_retention_seconds')).toBe(40 * 86_400);
  await eventually(async () => ((await value('audit_oldest_event_seconds')) ?? 0) < 3_600).toBe(true);
  const { series } = await scrape(server.metricsOrigin);
  const purged = series.find(({ name, labels }) => name === 'purge_rows_total' && labels.table === 'audit_events');
  expect(purged?.value).toBeGreaterThanOrEqual(400);
});

const said = /Entries before <time datetime="2024-03-05">5 March 2024<\/time> were removed after 40 days\./;

it('admins see where the log begins, at its end and in an empty search, also with a cursor beyond its beginning', async () => {
  for (const path of [
    '/admin/audit',
    '/admin/audit?actor=nobody',
    '/admin/audit?before=3',
    '/admin/client/web/history',
  ]) {
    const page = await admin.visit(path);
    expect([path, page.status]).toEqual([path, 200]);
    expect(page.text, path).toMatch(said);
  }
  // This client is younger than what was removed.
  expect((await admin.visit('/admin/client/spa/history')).text).not.toMatch(said);
  const exported = await admin.visit('/admin/audit/export');
  expect(exported.text).toContain('"action":"audit.trimmed"');
  expect(exported.text).not.toContain('"at":"2024');
});

it('people see it on their activity page, if their account is that old', async () => {
  expect((await (await signedInAs(server, old)).visit('/account/activity')).text).toMatch(said);
  expect((await (await signedInAs(server, young)).visit('/account/activity')).text).not.toMatch(said);
});

it('a person whose sign-ins were removed is told of a new browser, as if they were there', async () => {
  await addPerson(server.db, 'away@example.com');
  await server.db.script(
    `UPDATE accounts SET created_at = now() - interval '3 years' WHERE email = 'away@example.com'`,
  );
  await addPerson(server.db, 'first@example.com');
  for (const email of ['away@example.com', 'first@example.com']) await signedInAs(server, email);
  const told = `SELECT recipient FROM mails WHERE kind = 'new_browser' AND recipient IN ('away@example.com', 'first@example.com')`;
  expect(await rowsOf(server.db, told)).toEqual([{ recipient: 'away@example.com' }]);
});

it('a beginning that somebody else has moved stops the clean-up of the log, and is logged once', async () => {
  await server.db.script('UPDATE audit_anchor SET sealed_seq = sealed_seq + 1');
  const errors = () => server.logged().match(/the beginning of the audit log is wrong[^\n]*/g)?.length ?? 0;
  await eventually(errors).toBe(1);
  const runs = async () =>
    (await scrape(server.metricsOrigin)).series.find(({ name }) => name === 'purge_last_run_timestamp_seconds')?.value;
  const before = await runs();
  await eventually(async () => ((await runs()) ?? 0) > (before ?? 0) + 0.3).toBe(true);
  expect(errors()).toBe(1);
});
