/** What happens to an account while its new password is hashed counts: the link is used at the very end. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { queueMail } from '../../src/operations/mail.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { addSecondStep } from '../support/admin.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { newPerson } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';

const fresh = 'quite another long password';
const real = createPasswords({ maxWaitMs: 600_000 });
let asked = Promise.withResolvers<void>();
let held = Promise.withResolvers<void>();
const passwords = {
  ...real,
  async hash(password: string) {
    asked.resolve();
    await held.promise;
    return real.hash(password);
  },
};
let mailbox: Mailbox;
let server: TestServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ passwords, env: { SMTP_URL: mailbox.url } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

const at = '2026-11-24T07:52:44.000Z';
const hashOf = async (id: string) =>
  (await rowsOf(server.db, `SELECT password_hash FROM accounts WHERE id = '${id}'`))[0];

it.each([
  ['a second step is set up', ({ id }) => addSecondStep(server, id)],
  ['the account is suspended', ({ id }) => suspendAccount(server.db, id, { id: 'test' })],
  [
    'another link is asked for',
    ({ email }) => queueMail(server.db, { kind: 'reset_password', to: email, facts: { at } }),
  ],
  [
    'the address is changed',
    ({ id }) => server.db.script(`UPDATE accounts SET email = 'x' || email WHERE id = '${id}'`),
  ],
] satisfies [string, (of: { id: string; email: string }) => Promise<unknown>][])(
  'a reset sets no password if %s meanwhile',
  async (what, meanwhile) => {
    const account = await addPerson(server.db, `meanwhile-${what.length}@example.com`);
    await queueMail(server.db, { kind: 'reset_password', to: account.email, facts: { at } });
    const browser = newPerson(server.issuer);
    const page = await browser.visit(await mailbox.link(account.email));
    const before = await hashOf(account.id);
    [asked, held] = [Promise.withResolvers(), Promise.withResolvers()];
    const sent = browser.submit(page, '/reset/new', { new_password: fresh });
    await asked.promise;
    await meanwhile(account);
    held.resolve();
    expect((await sent).status).toBe(410);
    expect(await hashOf(account.id)).toEqual(before);
    expect((await browser.request('/account/apps')).status).toBe(303);
  },
);
