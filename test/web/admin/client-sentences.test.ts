/** What the pages of a client say is true of every kind of client. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { deviceGrantType } from '../../../src/policy/device-codes.ts';
import { signedInAdmin } from '../../support/admin.ts';
import { redirectUri, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

async function newClient(client_id: string, input: object): Promise<string> {
  const client = { client_id, client_name: `App ${client_id}`, redirect_uris: [redirectUri], ...input };
  await createClient(server.db, client as never, { id: 'test', reason: 'A test.' });
  return `/admin/client/${client_id}`;
}

it.each([
  ['own-web', { type: 'web' }, 'never: it is VibeCaaS’s own'],
  ['own-native', { type: 'native' }, 'each time: nothing proves which program asks'],
  [
    'own-device',
    { type: 'web', grant_types: ['authorization_code', 'refresh_token', deviceGrantType] },
    'only on a device: it is VibeCaaS’s own',
  ],
])('the overview of %s says when that app of VibeCaaS itself asks people', async (id, input, said) => {
  const path = await newClient(id, { ...input, first_party: true });
  expect(/<dt>Asks people<\/dt><dd>([^<]*)/.exec((await admin.visit(path)).text)?.[1]).toBe(said);
});

it('the review of a client shows what it says in words, and nothing that it does not say', async () => {
  const silent = await newClient('silent', { type: 'web' });
  const wants = { backchannel_logout_uri: 'https://app.example/out', backchannel_logout_session_required: true };
  const says = await newClient('says', { type: 'web', ...wants });
  const row = /<dt>It needs the session’s id<\/dt><dd>([\s\S]*?)<\/dd>/;
  expect(row.exec((await admin.visit(`${silent}/review`)).text)).toBeNull();
  expect(row.exec((await admin.visit(`${says}/review`)).text)?.[1]).toContain('yes');
});
