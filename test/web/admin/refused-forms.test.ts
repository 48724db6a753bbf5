/** What a form of the admin pages that was refused says: in the title of its page, and beside the field that was wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { signedInAdmin } from '../../support/admin.ts';
import type { Page } from '../../support/person.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
let account: string;
beforeAll(async () => {
  server = await startTestServer({ env: { REGISTRATION: 'invite' } });
  admin = await signedInAdmin(server);
  account = `/admin/account/${(await addPerson(server.db, 'refused@example.com')).id}`;
  const client = { client_id: 'notes', client_name: 'Notes', type: 'web', redirect_uris: [redirectUri] } as const;
  await createClient(server.db, client, { id: 'test' });
});
afterAll(() => server.stop());

const title = (page: Page) => /<title>(.*?) · VibeCaaS<\/title>/.exec(page.text)?.[1];
const alerts = (page: Page) =>
  [...page.text.matchAll(/<span class="hint no"[^>]*>(.*?)<\/span>/g)].map(([, said]) => said);
const refuse = async (path: string, action: string, fields: Record<string, string> = {}) =>
  admin.submit(await admin.visit(path), action, fields);

describe('the title says that it is not done', () => {
  it.each([
    ['Create an account', '/admin/accounts/new', '/admin/accounts', { email: 'x', name: '' }],
    ['Invite somebody', '/admin/invitations/new', '/admin/invitations', { email: 'x' }],
    ['refused@example.com', undefined, '/details', { name: '' }],
  ])('%s', async (name, path, action, fields) => {
    const page = await refuse(path ?? account, action, fields);
    expect(page.status).toBe(422);
    expect(title(page)).toBe(`Not done yet: ${name}`);
    expect(title(await admin.visit(path ?? account))).toBe(name);
  });

  it('Unregistered apps', async () => {
    const page = await admin.visit('/admin/unregistered?host=not%20a%20host');
    expect([page.status, title(page)]).toEqual([422, 'Not done yet: Unregistered apps']);
  });
});

it('what was typed to confirm is not mixed up with the name of its field', async () => {
  const reason = { reason: 'A test.', reason_delete: 'A test.' };
  const wrong = { ...reason, confirm: 'something else' };
  expect(alerts(await refuse(`${account}/delete`, '/delete', wrong))).toEqual([
    'What you typed is not its address: nothing was deleted.',
  ]);
  expect(alerts(await refuse('/admin/client/notes/stop', '/delete', wrong))).toEqual([
    'What you typed is not its name: nothing was deleted.',
  ]);
  const hook = { url: 'https://app.example/hook', events: 'grant.revoked' };
  await refuse('/admin/client/notes/webhooks', '/webhooks', hook);
  expect(alerts(await refuse('/admin/client/notes/webhooks', '/remove', wrong))).toEqual([
    'What you typed is not its name: nothing was removed.',
  ]);
});
