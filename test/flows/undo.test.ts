/** The way back of a change of address, whatever whoever made the change does before it, after it and meanwhile. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queueMail } from '../../src/operations/mail.ts';
import { addSecondStep, signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { newPerson, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';

let mailbox: Mailbox;
let server: TestServer;
/** Mailboxes that take no mail for now. */
const busy = new Set<string>();
beforeAll(async () => {
  mailbox = await startMailbox({
    onRcptTo({ address }, _session, callback) {
      callback(busy.has(address) ? Object.assign(new Error('come again'), { responseCode: 451 }) : null);
    },
  });
  server = await startTestServer({ env: { SMTP_URL: mailbox.url } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

let made = 0;
async function somebody() {
  made += 1;
  const account = await addPerson(server.db, `undo-${made}@example.com`);
  const [second, third] = [`second-${made}@example.com`, `third-${made}@example.com`];
  return { ...account, second, third, browser: await signedInAs(server, account.email) };
}
const confirm = async (link: string, action: string) => {
  const browser = newPerson(server.issuer);
  return browser.submit(await browser.visit(link), action, {});
};
/** Moves the account to `email`, whose first mail brings the link. */
async function move(browser: Person, email: string, meanwhile?: () => Promise<unknown>) {
  await browser.submit(await browser.visit('/account/security'), '/security/address', { email });
  await meanwhile?.();
  await confirm(await mailbox.link(email), '/address');
}
const emailOf = async (id: string) => (await rowsOf(server.db, `SELECT email FROM accounts WHERE id = '${id}'`))[0];
const toldOf = async (recipient: string) =>
  rowsOf(server.db, `SELECT status, attempts FROM mails WHERE recipient = '${recipient}' AND kind = 'address_changed'`);
const undosOf = (id: string) =>
  rowsOf(server.db, `SELECT address FROM account_links WHERE account_id = '${id}' AND kind = 'undo'`);
const makeDue = () =>
  server.db.script(`UPDATE mails SET due_at = now() - interval '1 second' WHERE status = 'pending';
    UPDATE vcauth_queue.job SET start_after = now() - interval '1 second' WHERE name = 'mails' AND state IN ('created', 'retry')`);

it('a mail that had to wait holds the way back, although the address was changed again meanwhile', async () => {
  const { id, email, second, third, browser } = await somebody();
  busy.add(email);
  await move(browser, second);
  await eventually(() => toldOf(email)).toEqual([{ status: 'pending', attempts: 1 }]);
  await move(browser, third);
  busy.delete(email);
  await makeDue();
  const told = await mailbox.next(email);
  expect(told.links[0]).toContain('/undo/');
  expect((await confirm(told.links[0] as string, '/undo')).text).toContain('Your address is back');
  expect(await emailOf(id)).toEqual({ email });
});

it('an undo takes the way back from a mail that still waits, because its mailbox is of whoever made the change', async () => {
  const { id, email, second, third, browser } = await somebody();
  await move(browser, second);
  const undo = await mailbox.link(email);
  busy.add(second);
  await move(browser, third);
  await eventually(() => toldOf(second)).toEqual([{ status: 'pending', attempts: 1 }]);
  await confirm(undo, '/undo');
  busy.delete(second);
  await makeDue();
  await eventually(async () => (await toldOf(second))[0]?.status).toBe('dropped');
  expect(await emailOf(id)).toEqual({ email });
  expect(mailbox.to(second).flatMap(({ links }) => links.filter((link) => link.includes('/undo/')))).toEqual([]);
  expect((await undosOf(id)).filter(({ address }) => address === second)).toEqual([]);
});

it('a mail that had to wait until the address was back holds no link', async () => {
  const { id, email, second, browser } = await somebody();
  busy.add(email);
  await move(browser, second);
  await eventually(() => toldOf(email)).toEqual([{ status: 'pending', attempts: 1 }]);
  await server.db.script(`UPDATE accounts SET email = '${email}' WHERE id = '${id}'`);
  busy.delete(email);
  await makeDue();
  expect((await mailbox.next(email)).text).not.toContain('/undo/');
});

it('a mail whose link was used is not sent once more', async () => {
  const { id, email } = await somebody();
  busy.add(email);
  await queueMail(server.db, { kind: 'reset_password', to: email, facts: { at: '2026-11-24T07:52:44.000Z' } });
  const stateOf = () =>
    rowsOf(server.db, `SELECT status, attempts FROM mails WHERE recipient = '${email}' AND kind = 'reset_password'`);
  await eventually(stateOf).toEqual([{ status: 'pending', attempts: 1 }]);
  await server.db.script(`UPDATE account_links SET used_at = now() WHERE account_id = '${id}'`);
  busy.delete(email);
  await makeDue();
  await eventually(stateOf).toEqual([{ status: 'dropped', attempts: 2 }]);
});

it('a mail that is being made when an undo happens gets no link', async () => {
  const { id, email, second, third, browser } = await somebody();
  await move(browser, second);
  await mailbox.next(email);
  busy.add(second);
  await move(browser, third);
  await eventually(() => toldOf(second)).toEqual([{ status: 'pending', attempts: 1 }]);
  await server.db.script(`DELETE FROM account_links WHERE account_id = '${id}'`);
  const client = await server.db.pgPool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE', [id]);
    await makeDue();
    // The attempt has read the mail, and waits for the account.
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
      AND query LIKE 'SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE%'`;
    await eventually(async () => (await rowsOf(server.db, waiting)).length).toBe(1);
    await client.query(
      `UPDATE mails SET status = 'dropped', due_at = NULL WHERE account_id = $1 AND status = 'pending'`,
      [id],
    );
  } finally {
    await client.query('COMMIT');
    client.release();
    busy.delete(second);
  }
  await eventually(
    async () =>
      (await rowsOf(server.db, `SELECT 1 FROM vcauth_queue.job WHERE name = 'mails' AND state = 'active'`)).length,
  ).toBe(0);
  expect(await undosOf(id)).toEqual([]);
  expect(mailbox.to(second)).toHaveLength(1);
});

it('an undo removes what was added in the week before the change too, and leaves what is older', async () => {
  const { id, email, second, browser } = await somebody();
  const identity = (subject: string, age: string) =>
    `INSERT INTO account_identities (issuer, subject, account_id, created_at) VALUES ('https://${subject}.example', 'x', '${id}', now() - interval '${age}');`;
  await move(browser, second, async () => {
    await addSecondStep(server, id);
    await server.db.script(identity('recent', '6 days') + identity('old', '8 days'));
    await server.db.script(`INSERT INTO consents (account_id, client_id, granted) VALUES ('${id}', 'spa', '{}');
      INSERT INTO organisation_consents (account_id, client_id, issuer, granted)
        SELECT account_id, 'spa', issuer, '{projects:read}' FROM account_identities WHERE account_id = '${id}'`);
  });
  await confirm(await mailbox.link(email), '/undo');
  const left = `SELECT issuer FROM account_identities WHERE account_id = '${id}' UNION ALL SELECT 'app' FROM account_totp WHERE account_id = '${id}'`;
  expect(await rowsOf(server.db, left)).toEqual([{ issuer: 'https://old.example' }]);
  const organisations = `SELECT issuer FROM organisation_consents WHERE account_id = '${id}'`;
  expect(await rowsOf(server.db, organisations)).toEqual([{ issuer: 'https://old.example' }]);
  const [line] = (await auditOf(server.db, `account:${id}`)).filter(
    ({ action }) => action === 'account.address_change_undone',
  );
  expect(line).toMatchObject({ actor: `account:${id}`, details: { ways_removed: 2, families_ended: 0 } });
  // An authenticator app of the intruder does not keep the person out.
  const person = newPerson(server.issuer);
  const page = await person.visit(await mailbox.link(email, 2));
  expect(page.text).not.toContain('name="otp"');
});

it('an address that has got another account cannot come back, and nothing ends', async () => {
  const { id, email, second, browser } = await somebody();
  await move(browser, second);
  const undo = await mailbox.link(email);
  await addPerson(server.db, email);
  const refused = await confirm(undo, '/undo');
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('This address is in use');
  expect(await emailOf(id)).toEqual({ email: second });
  expect((await browser.request('/account/apps')).status).toBe(200);
});
