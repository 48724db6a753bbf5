/**
 * Passwords that attackers try first are refused, with advice, wherever a password is set. A person who already has one
 * still gets in.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPasswords } from '../../src/operations/passwords.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { signedInAdmin, signedInAs } from '../support/admin.ts';
import { newPerson } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addAdmin(server, 'robot');
  token = await adminToken(server, 'robot');
});
afterAll(() => server.stop());

let made = 0;
const nextEmail = () => `grace.hopper-${++made}@navy.example`;
const addGrace = () => addPerson(server.db, nextEmail());
const vcauth = (words: string[], stdin: string) =>
  vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: 'a test secret that is long enough to be one' })(words, stdin);

/** The ways to set a password; each returns the answer, for a program or a person. */
const doors: [door: string, set: (guessable: string) => Promise<string>, reader?: 'person'][] = [
  [
    'vcauth accounts create',
    async (guessable) => {
      const words = ['accounts', 'create', '--email', nextEmail(), '--name', 'Grace Hopper', '--password-stdin'];
      const { code, stderr } = await vcauth(words, guessable);
      expect(code).toBe(1);
      return stderr;
    },
  ],
  [
    'vcauth accounts set-password',
    async (guessable) => {
      const { email } = await addGrace();
      const { code, stderr } = await vcauth(
        ['accounts', 'set-password', email, '--reason', 'Asked', '--password-stdin'],
        guessable,
      );
      expect(code).toBe(1);
      return stderr;
    },
  ],
  [
    'POST /admin/v1/accounts',
    async (guessable) => {
      const body = { email: nextEmail(), name: 'Grace Hopper', password: guessable };
      const answer = await call(server, '/accounts', { token, body });
      expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
      return JSON.stringify(answer.body);
    },
  ],
  [
    'POST /admin/v1/accounts/{id}/password',
    async (guessable) => {
      const { id } = await addGrace();
      const answer = await call(server, `/accounts/${id}/password`, {
        token,
        body: { password: guessable, reason: 'Asked' },
      });
      expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
      return JSON.stringify(answer.body);
    },
  ],
  [
    'the admin page that creates an account',
    async (guessable) => {
      const fields = { email: nextEmail(), name: 'Grace Hopper', new_password: guessable };
      const page = await admin.submit(await admin.visit('/admin/accounts/new'), '/admin/accounts', fields);
      expect(page.status).toBe(422);
      return page.text;
    },
    'person',
  ],
  [
    'the admin page of an account',
    async (guessable) => {
      const { id } = await addGrace();
      const page = await admin.visit(`/admin/account/${id}/password`);
      const answer = await admin.submit(page, `/admin/account/${id}/password`, {
        new_password: guessable,
        reason: 'Asked',
      });
      expect(answer.status).toBe(422);
      return answer.text;
    },
    'person',
  ],
  [
    'the person’s own page',
    async (guessable) => {
      const person = await signedInAs(server, (await addGrace()).email);
      const page = await person.visit('/account/security');
      const answer = await person.submit(page, '/security/password', { password, new_password: guessable });
      expect(answer.status).toBe(422);
      return answer.text;
    },
    'person',
  ],
  [
    'a sign-in that must bring a new one',
    async (guessable) => {
      const { id, email } = await addGrace();
      await server.db.script(`UPDATE accounts SET password_change_required = true WHERE id = '${id}'`);
      const person = newPerson(server.issuer);
      const page = await person.visit('/sign-in');
      const answer = await person.submit(page, '/sign-in', { email, password, new_password: guessable });
      expect(answer.status).toBe(422);
      return answer.text;
    },
    'person',
  ],
];

const guessed = [
  ['password1234', 'a common password or close to one', 'one of the passwords that people use most'],
  ['Grace-Hopper1', 'made from the name, the address', 'made from the name, the address'],
  ['vibecaas2026', 'made from the name, the address', 'made from the name, the address'],
  ['zyxwvutsrqpo', 'a row of keys', 'a row of keys'],
  ['Sandpaper1', 'a word or two with little around them', 'a word or two with little around them'],
] as const;

it.each(doors)('%s refuses a password that attackers try first, and says what helps', async (_door, set, reader) => {
  for (const [guessable, toPrograms, toPeople] of guessed) {
    const told = await set(guessable);
    expect(told).toContain(
      reader ? `<b>Too easy to guess.</b> It is ${toPeople}` : `assword must not be ${toPrograms}`,
    );
    expect(told).toMatch(/three or four words that have nothing to do with each other/i);
    if (reader) expect(told).toContain('Or let your password manager make one.');
    expect(told).not.toContain(guessable);
    const passwords = createPasswords({ maxWaitMs: 600_000 });
    const [newest] = await rowsOf(server.db, 'SELECT password_hash FROM accounts ORDER BY created_at DESC LIMIT 1');
    expect(await passwords.verify(newest?.password_hash as string, password)).toBe(true);
    expect(await passwords.verify(newest?.password_hash as string, guessable)).toBe(false);
  }
});

it('an account that has such a password already still signs in', async () => {
  const { id, email } = await addGrace();
  const hash = await createPasswords({ maxWaitMs: 600_000 }).hash('password1234');
  await server.db.pgPool.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [id, hash]);
  const person = newPerson(server.issuer);
  await person.submit(await person.visit('/sign-in'), '/sign-in', { email, password: 'password1234' });
  expect((await person.request('/account/apps')).status).toBe(200);
});
