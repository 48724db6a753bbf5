/** Creates admins and people, signed in with a browser without script. */
import { createAccount } from '../../src/operations/accounts.ts';
import { newPerson, type Person } from './person.ts';
import { password, type TestServer } from './server.ts';
import { passwords } from './standard.ts';

export async function addAdmin(server: TestServer): Promise<{ id: string; email: string }> {
  const input = {
    email: `admin-${crypto.randomUUID()}@example.com`,
    name: 'Test Admin',
    password,
    role: 'admin',
  } as const;
  return createAccount(server.db, passwords, input, { id: 'test' });
}

export async function signedInAdmin(
  server: TestServer,
): Promise<Person & { readonly id: string; readonly email: string }> {
  const account = await addAdmin(server);
  return { ...account, ...(await signedInAs(server, account.email)) };
}

export async function signedInAs(server: TestServer, email: string): Promise<Person> {
  const person = newPerson(server.issuer);
  const page = await person.visit('/sign-in');
  await person.submit(page, '/sign-in', { email, password });
  return person;
}

/** Makes the sign-ins of an account so old that changes need the password again. */
export async function ageSignIn(server: TestServer, accountId: string): Promise<void> {
  await server.db.pgPool.query(
    `UPDATE accounts SET sessions_valid_from = sessions_valid_from - interval '1 day' WHERE id = $1`,
    [accountId],
  );
  await server.db.pgPool.query(
    `UPDATE sessions SET signed_in_at = signed_in_at - interval '16 minutes' WHERE account_id = $1`,
    [accountId],
  );
}
