/** vcauth signals: lists streams, pauses, resumes and removes them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditOf, rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { type Vcauth, vcauthIn } from './vcauth.ts';

let server: TestServer;
let vcauth: Vcauth;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
  vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret });
});
afterAll(() => server.stop());

interface Stream {
  client_id: string;
  state: string;
  waiting: number;
}

it('says that there are no streams, and that an unknown one does not exist', async () => {
  expect(await vcauth.json<Stream[]>(['signals', 'list'])).toEqual([]);
  const { code, stderr } = await vcauth(['signals', 'show', 'gateway']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('gateway has no stream of signals')]);
});

it('shows how a stream is, and changes it with a reason that the log keeps', async () => {
  await server.db.script(`INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq, push_url, failures, failing_since, error)
    SELECT 's1', 'gateway', '{}', sealed_seq, 'https://receiver.example/', 2, clock_timestamp(), 'it answered 500' FROM audit_head();
    INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq) VALUES ('s2', 'foreign-gateway', '{}', 0)`);
  const all = await vcauth.json<Stream[]>(['signals', 'list']);
  expect(all.map(({ client_id, state }) => [client_id, state])).toEqual([
    ['foreign-gateway', 'enabled'],
    ['gateway', 'failing'],
  ]);
  const { stdout } = await vcauth(['signals', 'list']);
  expect(stdout).toMatch(/gateway +push to https:\/\/receiver\.example\/ +failing +0 +– +it answered 500/);
  expect((await vcauth(['signals', 'pause', 'gateway'])).code).toBe(2);
  const paused = await vcauth.json<Stream>(['signals', 'pause', 'gateway', '--reason', 'It moves.']);
  expect(paused).toMatchObject({ state: 'paused', status: 'paused', paused_by_admin: true });
  const enabled = await vcauth.json<Stream>(['signals', 'enable', 'gateway', '--reason', 'It has moved.']);
  expect(enabled).toMatchObject({ state: 'enabled', failures: 0, paused_by_admin: false, reason: null });
  await vcauth.json(['signals', 'remove', 'gateway', '--yes', '--reason', 'Not used.']);
  expect(await rowsOf(server.db, 'SELECT client_id FROM signal_streams')).toEqual([{ client_id: 'foreign-gateway' }]);
  const events = (await auditOf(server.db, 'client:gateway')).slice(-3);
  expect(events).toMatchObject([
    { action: 'signals.stream_updated', details: { status: 'paused', reason: 'It moves.' } },
    { action: 'signals.stream_updated', details: { status: 'enabled', reason: 'It has moved.' } },
    { action: 'signals.stream_deleted', details: { reason: 'Not used.' } },
  ]);
});
