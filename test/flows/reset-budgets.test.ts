/** The maximum of SQL statements for each step of a new password by mail. BEGIN and COMMIT don't count. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queueMail } from '../../src/operations/mail.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { formOf, newPerson, type Person } from '../support/person.ts';
import { until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';

const times = 3;
let mailbox: Mailbox;
let server: TestServer;
/** People whose browsers have followed their link. */
const waiting: Person[] = [];
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { SMTP_URL: mailbox.url, RATE_LIMITS: 'on' } });
  for (let n = 0; n < times + 1; n += 1) {
    const { email } = await addPerson(server.db, `budget-${n}@example.com`);
    await queueMail(server.db, { kind: 'reset_password', to: email, facts: { at: new Date().toISOString() } });
    const browser = newPerson(server.issuer);
    await browser.visit(await mailbox.link(email));
    waiting.push(browser);
  }
  await until(async () => (await rowsOf(server.db, `SELECT 1 FROM mails WHERE status = 'pending'`)).length === 0);
  // Nothing is sent from now on: what sends counts its statements too.
  await server.db.script(
    `CREATE OR REPLACE FUNCTION queue_mails(p_mails bigint[]) RETURNS void LANGUAGE sql AS 'SELECT'`,
  );
  // The first of each kind fills the caches.
  await set(waiting.pop() as Person);
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

async function post(browser: Person, page: string, fields: Record<string, string>) {
  const form = formOf(await browser.request(page), page);
  const body = new URLSearchParams([...form.hidden, ...Object.entries(fields)]);
  return () => browser.request(form.action, { method: 'POST', body });
}
const set = async (browser: Person) =>
  (await post(browser, '/reset/new', { new_password: 'quite another password' }))();

it('a request for a link: 2', async () => {
  const ask = await post(newPerson(server.issuer), '/reset', { email: 'nobody@example.com' });
  expect(await fewestStatements(server, ask, 3)).toBe(2);
});

it('the form that a link leads to: 1', async () => {
  const [browser] = waiting as [Person];
  const open = async () => expect((await browser.request('/reset/new')).status).toBe(200);
  expect(await fewestStatements(server, open, 3)).toBe(1);
});

it('a new password: 16', async () => {
  const sends = await Promise.all(
    waiting.map((browser) => post(browser, '/reset/new', { new_password: 'quite another password' })),
  );
  let n = 0;
  const one = async () => {
    const { status, headers } = await (sends[n++] as (typeof sends)[number])();
    expect([status, headers.get('location')]).toEqual([303, '/account/security']);
  };
  expect(await fewestStatements(server, one, 3)).toBe(16);
});
