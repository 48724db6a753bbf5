/** Every audit line that a request left names the request and the address that it came from. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInAdmin, signedInAs } from '../../support/admin.ts';
import { exchange, obtainCode } from '../../support/oauth.ts';
import { rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from '../admin-api/support.ts';

const here = '192.0.2.7';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { TRUST_PROXY: 'true' } });
  await addAdmin(server, 'robot');
});
afterAll(() => server.stop());

/** The lines that were added to the log during `work`. */
async function linesOf(work: () => Promise<unknown>) {
  const [{ seq }] = (await rowsOf(server.db, 'SELECT coalesce(max(seq), 0) AS seq FROM audit_events')) as [
    { seq: string },
  ];
  await work();
  return rowsOf(
    server.db,
    `SELECT action, details->>'ip' AS ip, request_id FROM audit_events WHERE seq > ${seq} ORDER BY seq`,
  );
}
const local = expect.stringMatching(/^(127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/);
const line = (action: string, ip: unknown = local) => ({ action, ip, request_id: expect.stringMatching(/^req_/) });

it('a sign-in and a change by an admin have their request and address', async () => {
  const signedIn = await linesOf(() => signedInAs(server, server.person.email));
  expect(signedIn).toEqual([line('account.signed_in')]);
  const admin = await signedInAdmin(server);
  const page = await admin.visit('/admin/client/spa/review');
  const changes = await linesOf(async () => {
    await admin.submit(page, '/submit', {});
    const account = await admin.visit(`/admin/account/${server.person.id}`);
    await admin.submit(account, '/details', { name: 'Other', tier: 'pro' });
    const ending = await admin.visit(`/admin/account/${server.person.id}/sessions/end-all`);
    await admin.submit(ending, '/sessions/end-all', { reason: 'Asked' });
  });
  expect(changes.map(({ action }) => action)).toEqual([
    'client.submitted',
    'account.updated',
    'account.signed_out_everywhere',
  ]);
  for (const change of changes) expect(change).toEqual(line(change.action as string));
});

it('a call of the admin API through a trusted proxy has its request and address', async () => {
  const token = await adminToken(server, 'robot');
  const lines = await linesOf(() =>
    call(server, '/clients/other/verify', { token, body: { reason: 'Looked' }, headers: { 'x-forwarded-for': here } }),
  );
  expect(lines).toEqual([line('client.verified', here)]);
});

it('a consent and a code that is used twice have their request and address', async () => {
  const lines = await linesOf(async () => {
    const code = await obtainCode(server, { client_id: 'web' });
    await exchange(server, code, 'web');
    await exchange(server, code, 'web');
  });
  expect(lines).toEqual([line('account.signed_in'), line('consent.given'), line('authorization_code.reused')]);
});
