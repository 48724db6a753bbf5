/** A person's data: their name, a copy of everything that is kept about them, and the end of their account. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suspendAccount } from '../../../src/operations/accounts.ts';
import { createClient } from '../../../src/operations/clients.ts';
import { queueMail } from '../../../src/operations/mail.ts';
import { findAccount } from '../../../src/store/accounts.ts';
import { ageSignIn, signedInAs } from '../../support/admin.ts';
import { authorizeUrl, introspect, obtainCode, obtainTokens, refresh } from '../../support/oauth.ts';
import { formOf, newPerson, type Person } from '../../support/person.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { said } from '../../support/said.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let node: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  node = await startTestServer({ beside: server });
});
afterAll(async () => {
  await node.stop();
  await server.stop();
});

interface Someone {
  readonly id: string;
  readonly email: string;
  readonly person: Person;
}
let people = 0;
async function newcomer(): Promise<Someone> {
  people += 1;
  const account = await addPerson(server.db, `data-${people}@example.com`);
  return { ...account, person: await signedInAs(server, account.email) };
}
const data = (person: Person) => person.visit('/account/data');
const remove = async ({ person, email }: Someone, confirm = email) =>
  person.submit(await data(person), '/data/delete', { confirm });

describe('the name', () => {
  it('is changed by its person, and the audit log does not know either name', async () => {
    const { id, person } = await newcomer();
    const page = await person.submit(await data(person), '/data/profile', { name: 'Ada <b>Example</b>' });
    expect(said(page)).toContain('Your name is saved.');
    expect(page.text).toContain('value="Ada &lt;b&gt;Example&lt;/b&gt;"');
    expect((await findAccount(server.db, id))?.name).toBe('Ada <b>Example</b>');
    const events = await auditOf(server.db, `account:${id}`);
    expect(events.at(-1)).toMatchObject({ action: 'account.updated', details: { changed: ['name'] } });
    expect(JSON.stringify(events)).not.toMatch(/Ada|Test Person/);
  });

  it('is refused in the language of its person', async () => {
    const { email } = await newcomer();
    const person = newPerson(server.issuer, { 'accept-language': 'de' });
    await person.submit(await person.visit('/sign-in'), '/sign-in', { email, password });
    const page = await person.submit(await data(person), '/data/profile', { name: '' });
    expect(said(page)).toContain('Name: muss 1 bis 100 Zeichen haben');
    expect(page.text).not.toContain('must');
  });

  it('is refused beside its field, with what was typed', async () => {
    const { id, person } = await newcomer();
    const page = await person.submit(await data(person), '/data/profile', { name: 'x'.repeat(500) });
    expect(page.status).toBe(422);
    expect(page.text).toContain(`value="${'x'.repeat(500)}"`);
    expect(page.text).toContain('role="alert"');
    expect((await findAccount(server.db, id))?.name).toBe('Test Person');
  });
});

describe('the copy', () => {
  it('is one JSON document of account, sessions, apps, connections and activity, without a secret', async () => {
    const someone = await newcomer();
    const { id, email, person } = someone;
    const tokens = await obtainTokens(server, { scope: 'projects:read' }, person);
    await createClient(
      server.db,
      {
        client_id: `built-${id}`,
        client_name: 'Built',
        type: 'web',
        redirect_uris: ['https://a.example/'],
        owner_email: email,
      } as never,
      { id: 'cli' },
    );
    await queueMail(server.db, {
      kind: 'factor_added',
      to: email,
      accountId: id,
      facts: { at: 'then', factor: 'totp' },
    });
    const page = await person.submit(await data(person), '/data/export', {});
    expect(page.headers.get('content-type')).toContain('application/json');
    expect(page.headers.get('content-disposition')).toBe('attachment; filename="vibecaas-account.json"');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const copy = JSON.parse(page.text);
    expect((await data(person)).text).toContain('apps with what they may do, API keys, apps that you build, mails');
    expect(Object.keys(copy)).toEqual([
      'exported_at',
      'account',
      'ways_in',
      'sessions',
      'connected_apps',
      'allowed_by_organisations',
      'connections',
      'calls_of_apps',
      'api_keys',
      'calls_with_keys',
      'apps_you_build',
      'mails',
      'activity',
    ]);
    expect(copy.account).toMatchObject({
      id,
      email,
      name: 'Test Person',
      role: 'user',
      tier: 'free',
      external_id: null,
    });
    expect(copy.mails).toMatchObject([{ kind: 'factor_added', to: email, facts: { at: 'then', factor: 'totp' } }]);
    expect(copy.ways_in).toEqual({
      password: true,
      authenticator_app: null,
      recovery_codes_left: 0,
      passkeys: [],
      other_providers: [],
    });
    expect(copy.sessions).toHaveLength(1);
    expect(copy.connected_apps).toMatchObject([{ client_id: 'spa', client_name: 'Notes', granted: ['projects:read'] }]);
    expect(copy.connections).toMatchObject([{ client_id: 'spa', scope: 'projects:read' }]);
    expect(copy.apps_you_build).toMatchObject([{ client_id: `built-${id}`, client_name: 'Built' }]);
    expect(copy.activity.map(({ action, by }: { action: string; by: string }) => [action, by])).toEqual([
      ['account.exported', 'you'],
      ['consent.given', 'you'],
      ['account.signed_in', 'you'],
      ['account.created', 'us'],
    ]);
    const [row] = await rowsOf(server.db, `SELECT password_hash FROM accounts WHERE id = '${id}'`);
    const cookie = (await person.jar.getCookies(server.issuer)).find(({ key }) => key === 'vcauth_session')?.value;
    for (const secret of [row?.password_hash, cookie, tokens.refresh_token, tokens.access_token]) {
      expect(secret).toBeTruthy();
      expect(page.text).not.toContain(String(secret));
    }
  });

  it('has everything, however much there is, and nothing of anybody else', async () => {
    const { id, person } = await newcomer();
    await server.db.pgPool.query(
      `INSERT INTO audit_events (at, actor, action, target, details)
        SELECT now(), 'cli:ada@operations', 'thing.done', $1, '{"ip": "10.1.2.3", "reason": "Ticket", "n": 1}' FROM generate_series(1, 1200)`,
      [`account:${id}`],
    );
    await server.db.pgPool.query(
      `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at)
        SELECT $1 || n, sha256(($1 || n)::bytea), '', $1, now(), now() + interval '1 day' FROM generate_series(1, 1200) n`,
      [id],
    );
    const { text } = await person.submit(await data(person), '/data/export', {});
    const copy = JSON.parse(text);
    expect(copy.sessions).toHaveLength(1201);
    expect(copy.activity).toHaveLength(1203);
    expect(text).not.toMatch(/ada@operations|10\.1\.2\.3|Ticket|person@example/);
  });

  it('is not given to a form of another site', async () => {
    const { person } = await newcomer();
    const body = new URLSearchParams({ csrf: 'A'.repeat(43) });
    expect((await person.request('/account/data/export', { method: 'POST', body })).status).toBe(403);
    expect((await person.request('/account/data/export')).status).not.toBe(200);
  });
});

describe('deleting the account', () => {
  it('ends sessions and apps at once on every node, says so, and frees the address', async () => {
    const someone = await newcomer();
    const { id, email, person } = someone;
    const tokens = await obtainTokens(server, {}, person);
    const code = await obtainCode(server, {}, person);
    const elsewhere = await signedInAs(server, email);
    const page = await remove(someone, ` ${email.toUpperCase()} `);
    expect(page.url).toBe(`${server.issuer}/account/data/deleted`);
    expect(said(page)).toContain('Your account is deleted');

    expect(await findAccount(server.db, id)).toBeUndefined();
    for (const { issuer } of [server, node]) {
      expect((await elsewhere.request(`${issuer}/account/apps`)).status).toBe(303);
      expect((await introspect({ issuer }, tokens.access_token)).body).toEqual({ active: false });
    }
    expect((await refresh(server, tokens.refresh_token as string)).status).toBe(400);
    const [{ gid } = { gid: '' }] = [
      JSON.parse(Buffer.from(tokens.access_token.split('.')[1] as string, 'base64url').toString()),
    ];
    expect(await rowsOf(server.db, `SELECT kind FROM token_revocation WHERE value = '${gid}'`)).toEqual([
      { kind: 'gid' },
    ]);
    expect(code).toBeTruthy();
    const again = newPerson(server.issuer);
    const refused = await again.submit(await again.visit('/sign-in'), '/sign-in', { email, password });
    expect(refused.status).toBe(422);
    expect((await auditOf(server.db, `account:${id}`)).at(-1)).toMatchObject({ action: 'account.deleted' });
    await addPerson(server.db, email);
  });

  it('needs the address of the account, and nothing is deleted by another one', async () => {
    const someone = await newcomer();
    for (const typed of ['', 'person@example.com', 'delete']) {
      const page = await remove(someone, typed);
      expect(page.status).toBe(422);
      expect(said(page)).toContain('That is not the address of this account. Nothing was deleted.');
    }
    expect(await findAccount(server.db, someone.id)).toBeDefined();
  });

  it('asks for the password again if the sign-in is old, and goes on with what was typed', async () => {
    const someone = await newcomer();
    await ageSignIn(server, someone.id);
    const page = await remove(someone);
    expect(said(page)).toContain('Confirm it is you');
    expect(await findAccount(server.db, someone.id)).toBeDefined();
    const wrong = await someone.person.submit(page, '/data/delete', { confirm_password: 'not the password' });
    expect(wrong.status).toBe(422);
    const gone = await someone.person.submit(wrong, '/data/delete', { confirm_password: password });
    expect(said(gone)).toContain('Your account is deleted');
    expect(await findAccount(server.db, someone.id)).toBeUndefined();
  });

  it('is not offered to the owner of an app or the last admin; the page says what to do first', async () => {
    const owner = await newcomer();
    await createClient(
      server.db,
      {
        client_id: `mine-${owner.id}`,
        client_name: 'Mine',
        type: 'spa',
        redirect_uris: ['https://a.example/'],
        owner_email: owner.email,
      } as never,
      { id: 'cli' },
    );
    const page = await data(owner.person);
    expect(said(page)).toContain('Something has to be done first. You own Mine , which other people may use.');
    expect(() => formOf(page, '/data/delete')).toThrow();
    const { hidden } = formOf(page, '/data/export');
    const body = new URLSearchParams([...hidden, ['confirm', owner.email]]);
    expect((await owner.person.request('/account/data/delete', { method: 'POST', body })).status).toBe(409);

    await server.db.pgPool.query(`UPDATE accounts SET role = 'user' WHERE role = 'admin'`);
    const admin = await newcomer();
    await server.db.pgPool.query(`UPDATE accounts SET role = 'admin' WHERE id = $1`, [admin.id]);
    expect(said(await data(admin.person))).toContain('You are the only admin: make somebody else one.');
  });

  it('is not done by a form of another site, nor for somebody who was suspended meanwhile', async () => {
    const someone = await newcomer();
    const body = new URLSearchParams({ csrf: 'A'.repeat(43), confirm: someone.email });
    expect((await someone.person.request('/account/data/delete', { method: 'POST', body })).status).toBe(403);
    const page = await data(someone.person);
    await suspendAccount(server.db, someone.id, { id: 'cli', reason: 'Stolen' });
    await someone.person.submit(page, '/data/delete', { confirm: someone.email });
    expect(await findAccount(server.db, someone.id)).toBeDefined();
  });
});

describe('a deletion that meets a sign-in', () => {
  it('is said on a plain page, on our own pages and on the way to an app', async () => {
    // The account is deleted between the sign-in and its session.
    await server.db.script(`CREATE FUNCTION delete_meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN DELETE FROM accounts WHERE id = NEW.account_id AND email LIKE 'meanwhile-%'; RETURN NEW; END $$;
      CREATE TRIGGER meanwhile BEFORE INSERT OR UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION delete_meanwhile()`);
    for (const [at, path] of [
      ['own', '/sign-in'],
      ['app', authorizeUrl(server, { client_id: 'web' })],
    ]) {
      const { email } = await addPerson(server.db, `meanwhile-${at}@example.com`);
      const person = newPerson(server.issuer);
      const page = await person.submit(await person.visit(path as string), '/sign-in', { email, password });
      expect([at, page.status]).toEqual([at, 410]);
      expect(said(page)).toContain('This account was deleted');
    }
    await server.db.script('DROP TRIGGER meanwhile ON sessions');
  });
});

it('whoever has to sign in again to confirm comes back to the page that asked', async () => {
  const { id, email, person } = await newcomer();
  const page = await data(person);
  await server.db.script(`UPDATE accounts SET password_hash = NULL WHERE id = '${id}'`);
  await ageSignIn(server, id);
  const asked = await person.submit(page, '/data/delete', { confirm: email });
  expect(asked.text).toContain('href="/sign-in?again&amp;next=%2Faccount%2Fdata"');
});
