/** Creates admins and people, signed in with a browser without script. */
import { generateSync } from 'otplib/functional';
import type { Page } from 'playwright-core';
import { createAccount } from '../../src/operations/accounts.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { putTotp } from '../../src/store/second-step.ts';
import { newPerson, type Person } from './person.ts';
import { password, type TestServer, testSecret } from './server.ts';
import { passwords } from './standard.ts';
import { signInAt } from './visitor.ts';

export async function addAdmin(server: TestServer): Promise<{ id: string; email: string }> {
  const input = {
    email: `admin-${crypto.randomUUID()}@example.com`,
    name: 'Test Admin',
    password,
    role: 'admin',
  } as const;
  const account = await createAccount(server.db, passwords, input, { id: 'test', reason: 'A test.' });
  await addSecondStep(server, account.id);
  return account;
}

/** The secret of the authenticator app of every account in a test. */
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** Gives an account an authenticator app. Admins need one. */
export async function addSecondStep({ db }: Pick<TestServer, 'db'>, accountId: string): Promise<void> {
  await putTotp(db, accountId, createSealer([testSecret]).seal(totpSecret, `TOTP ${accountId}`), 0);
}

/** The code that the app shows now. It is accepted although an earlier sign-in of the same half minute has used it. */
export async function codeNow({ db }: Pick<TestServer, 'db'>, email: string): Promise<string> {
  const sql = 'UPDATE account_totp SET last_step = 0 WHERE account_id = (SELECT id FROM accounts WHERE email = $1)';
  await db.pgPool.query(sql, [email]);
  return appCode();
}

/** What a form sends again after the last sign-in has become old. */
export async function confirmation(server: Pick<TestServer, 'db'>, email: string): Promise<Record<string, string>> {
  return { confirm_password: password, confirm_code: await codeNow(server, email) };
}

/** Signs in an admin in a real browser. */
export async function signInAdminAt(page: Page, server: Pick<TestServer, 'db'>, email: string): Promise<void> {
  await signInAt(page, email);
  await page.getByLabel('Code from your authenticator app').fill(await codeNow(server, email));
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** The code that the app shows at a moment. */
export const appCode = (atMs = Date.now()): string =>
  generateSync({ secret: totpSecret, epoch: Math.floor(atMs / 1000) });

export async function signedInAdmin(
  server: TestServer,
): Promise<Person & { readonly id: string; readonly email: string }> {
  const account = await addAdmin(server);
  return { ...account, ...(await signedInAs(server, account.email)) };
}

export async function signedInAs(server: TestServer, email: string, secret = password): Promise<Person> {
  const person = newPerson(server.issuer);
  const page = await person.submit(await person.visit('/sign-in'), '/sign-in', { email, password: secret });
  if (page.text.includes('name="otp"')) {
    await person.submit(page, '/second-step', { otp: await codeNow(server, email) });
  }
  return person;
}

/** Makes the sign-ins of an account so old that changes need the password again. */
export async function ageSignIn(server: TestServer, accountId: string): Promise<void> {
  await server.db.pgPool.query(
    `UPDATE accounts SET sessions_valid_from = sessions_valid_from - interval '1 day' WHERE id = $1`,
    [accountId],
  );
  await server.db.pgPool.query(
    `UPDATE sessions SET signed_in_at = signed_in_at - interval '16 minutes', confirmed_at = NULL WHERE account_id = $1`,
    [accountId],
  );
}
