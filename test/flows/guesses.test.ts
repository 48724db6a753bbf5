/** Wrong passwords and codes: whom they keep out, and who is told. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { accountLockout } from '../../src/policy/lockout.ts';
import { codeLockouts } from '../../src/policy/second-step.ts';
import { addSecondStep, ageSignIn, codeNow, confirmation, signedInAs } from '../support/admin.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { newPerson, type Page, type Person } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { statementsOfRequests } from '../support/statements.ts';

let mailbox: Mailbox;
let server: TestServer;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { RATE_LIMITS: 'on', SMTP_URL: mailbox.url } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

let made = 0;
const newAddress = () => {
  made += 1;
  return `guessed-${made}@example.com`;
};
async function somebody() {
  const account = await addPerson(server.db, newAddress());
  await addSecondStep(server, account.id);
  return account;
}

/** Shows the password. */
async function halfWay(email: string, person = newPerson(server.issuer)): Promise<{ person: Person; page: Page }> {
  const page = await person.submit(await person.visit('/sign-in?again'), '/sign-in', { email, password });
  expect(new URL(page.url).pathname).toBe('/sign-in/second-step');
  return { person, page };
}
const code = (person: Person, page: Page, otp: string) => person.submit(page, '/second-step', { otp });
const wrongPassword = async (email: string, person = newPerson(server.issuer)) =>
  person.submit(await person.visit('/sign-in?again'), '/sign-in', { email, password: 'not the password' });

/** A counter that has room for one more failure today. */
const almostFull = (name: 'account' | 'second step, day', subject: string) =>
  server.db.pgPool.query(
    `INSERT INTO sign_in_limits (key, failures, window_ends, expires_at) VALUES ($1, $2, now() + interval '1 hour', now() + interval '1 hour')`,
    [
      `${name}:${createHash('sha256').update(subject).digest('base64url')}`,
      (name === 'account' ? accountLockout : codeLockouts.day).freeFailures - 1,
    ],
  );
const mailsTo = (email: string) =>
  rowsOf(server.db, `SELECT kind, status, facts FROM mails WHERE recipient = '${email}' AND kind = 'account_locked'`);

it('a thief of the password who guesses codes does not keep the person out', async () => {
  const { id, email } = await somebody();
  const known = await signedInAs(server, email);
  const thief = await halfWay(email);
  for (let guess = 0; guess < codeLockouts.minute.freeFailures; guess += 1) {
    await code(thief.person, thief.page, `00000${guess}`);
  }
  const shut = async () => (await code(thief.person, thief.page, await codeNow(server, email))).status;
  expect(await shut()).toBe(429);

  const own = await halfWay(email, known);
  expect((await code(known, own.page, await codeNow(server, email))).url).toBe(`${server.issuer}/account/apps`);

  await ageSignIn(server, id);
  const asked = await known.visit('/account/security/second-step');
  const there = await known.submit(asked, '/account/confirm', await confirmation(server, email));
  expect(new URL(there.url).pathname).toBe('/account/security/second-step');

  const elsewhere = newPerson(server.issuer);
  await elsewhere.submit(await elsewhere.visit('/reset'), '/reset', { email });
  const form = await elsewhere.visit(await mailbox.link(email));
  const fresh = { new_password: 'a new and longer password', otp: await codeNow(server, email) };
  expect(await shut()).toBe(429);
  expect((await elsewhere.submit(form, '/reset/new', fresh)).url).toBe(`${server.issuer}/account/security`);
});

it('whoever follows a reset link may guess codes as often as everybody else', async () => {
  const { email } = await somebody();
  const person = newPerson(server.issuer);
  await person.submit(await person.visit('/reset'), '/reset', { email });
  const form = await person.visit(await mailbox.link(email));
  const guess = (otp: string) => person.submit(form, '/reset/new', { new_password: 'a new and longer password', otp });
  for (let n = 0; n < codeLockouts.minute.freeFailures; n += 1) expect((await guess(`00000${n}`)).status).toBe(422);
  expect((await guess(await codeNow(server, email))).status).toBe(429);
});

describe('the mail about guesses', () => {
  it('comes once a day, when the passwords of strangers have used up the tries', async () => {
    const { email } = await addPerson(server.db, newAddress());
    await wrongPassword(email);
    expect(await mailsTo(email)).toEqual([]);
    await server.db.script(`DELETE FROM sign_in_limits`);
    await almostFull('account', email);
    await wrongPassword(email.toUpperCase());
    expect((await mailbox.next(email)).text).toContain('Many wrong passwords were tried');
    expect(await mailsTo(email)).toMatchObject([{ facts: { ip: expect.any(String) } }]);
    expect((await wrongPassword(email)).status, 'shut').toBe(429);
    await server.db.script(`DELETE FROM sign_in_limits`);
    await almostFull('account', email);
    await wrongPassword(email);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it('comes when codes have used up the tries, and says that the first step was shown', async () => {
    const { id, email } = await somebody();
    const { person, page } = await halfWay(email);
    await code(person, page, '000000');
    expect(await mailsTo(email)).toEqual([]);
    await server.db.script(`DELETE FROM sign_in_limits`);
    await almostFull('second step, day', id);
    await code(person, page, '000001');
    const mail = await mailbox.next(email);
    expect([mail.subject, mail.text?.includes('somebody else has your password')]).toEqual([
      'Many wrong codes were tried for your account',
      true,
    ]);
    expect(JSON.stringify(await mailsTo(email))).not.toContain('000001');
  });

  it('does not come for the tries of a browser in which the person has signed in before', async () => {
    const { email } = await addPerson(server.db, newAddress());
    const known = await signedInAs(server, email);
    for (let n = 0; n < accountLockout.freeFailures; n += 1) await wrongPassword(email, known);
    expect((await wrongPassword(email, known)).status).toBe(429);
    expect(await mailsTo(email)).toEqual([]);
  });

  it('is asked for by every address, in one statement, and goes only to active accounts', async () => {
    const active = async () => (await addPerson(server.db, newAddress())).email;
    const suspended = async () => {
      const { id, email } = await addPerson(server.db, newAddress());
      await suspendAccount(server.db, id, { id: 'test' });
      return email;
    };
    const unknown = async () => newAddress();
    const [one, two] = [await suspended(), await unknown()];
    for (const email of [one, two]) {
      await almostFull('account', email);
      await wrongPassword(email);
      await expect.poll(() => mailsTo(email)).toMatchObject([{ status: 'dropped' }]);
    }

    // What sends mails counts statements in the background, which are not those of a request.
    await server.db.script(`CREATE OR REPLACE FUNCTION queue_mail(p_kind text, p_recipient text, p_account text, p_facts jsonb, p_language text, p_limited_by bytea, p_limit integer)
      RETURNS boolean LANGUAGE sql AS 'SELECT true'`);
    const cost = async (address: () => Promise<string>, full: boolean) => {
      const counts: number[] = [];
      for (let times = 0; times < 3; times += 1) {
        const email = await address();
        if (full) await almostFull('account', email);
        counts.push(await statementsOfRequests(server, () => wrongPassword(email)));
      }
      return Math.min(...counts);
    };
    const ordinary = await cost(unknown, false);
    for (const address of [active, suspended, unknown]) expect(await cost(address, true)).toBe(ordinary + 1);
  });
});
