/** Admins see the streams of signals, and pause, resume and remove them with a reason. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInAdmin } from '../../support/admin.ts';
import type { Person } from '../../support/person.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { fewestStatements } from '../../support/statements.ts';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

const textOf = async (path: string) => (await admin.visit(path)).text;
const add = (clientId: string, more = '') =>
  server.db.script(`INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq) SELECT '${clientId}-stream', '${clientId}', '{}', sealed_seq
    FROM audit_head(); ${more && `UPDATE signal_streams SET ${more} WHERE client_id = '${clientId}'`}`);

it('without streams the page says what makes one', async () => {
  expect(await textOf('/admin/signals')).toContain('No service receives signals yet');
  expect(await textOf('/admin')).toContain('href="/admin/signals"');
  expect((await admin.visit('/admin/signals/gateway')).status).toBe(404);
});

it('all streams are listed with how they stand, in as many statements as one', async () => {
  await add(
    'gateway',
    "push_url = 'https://receiver.example/signals', failures = 3, failing_since = now(), error = 'it answered <500>'",
  );
  const cost = () => fewestStatements(server, () => textOf('/admin/signals'));
  const ofOne = await cost();
  await add('foreign-gateway');
  expect(await cost()).toBe(ofOne);
  const text = await textOf('/admin/signals');
  expect(text).toMatch(/<b>2<\/b> streams/);
  for (const shown of ['Failing', 'It answered &lt;500&gt;', 'Delivering', 'Push', 'Poll', 'Never']) {
    expect(text).toContain(shown);
  }
});

it('one stream is shown, and changed with a reason that the log keeps', async () => {
  const page = await textOf('/admin/signals/gateway');
  for (const shown of ['https://receiver.example/signals', '3 failed pushes in a row', 'gateway-stream', 'Resume']) {
    expect(page.replaceAll('<wbr>', '')).toContain(shown);
  }
  const act = async (name: string, reason: string) =>
    admin.submit(await admin.visit(`/admin/signals/gateway/${name}`), `/admin/signals/gateway/${name}`, { reason });
  const refused = await act('pause', ' ');
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('role="alert"')]);
  const { text: paused } = await act('pause', 'It moves.');
  for (const shown of ['The stream is paused.', 'Paused by an admin']) expect(paused).toContain(shown);
  expect(paused).not.toContain('/admin/signals/gateway/pause');
  expect((await act('enable', 'It has moved.')).text).toContain('The stream goes on.');
  const { text: list } = await act('remove', 'Not used.');
  expect(list).toContain('The stream is removed.');
  expect(list).toMatch(/<b>1<\/b> stream\b/);
  expect(await rowsOf(server.db, 'SELECT client_id FROM signal_streams')).toEqual([{ client_id: 'foreign-gateway' }]);
  const events = (await auditOf(server.db, 'client:gateway')).slice(-3);
  expect(events.map(({ actor, action, details }) => [String(actor).slice(0, 8), action, details])).toMatchObject([
    ['account:', 'signals.stream_updated', { status: 'paused', reason: 'It moves.' }],
    ['account:', 'signals.stream_updated', { status: 'enabled', reason: 'It has moved.' }],
    ['account:', 'signals.stream_deleted', { reason: 'Not used.' }],
  ]);
});
