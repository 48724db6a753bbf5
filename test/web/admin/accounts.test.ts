/** Accounts and the audit log on the admin pages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockAccount } from '../../../src/store/accounts.ts';
import { saveConsent } from '../../../src/store/consents.ts';
import { addSecondStep, codeNow, signedInAdmin, signedInAs } from '../../support/admin.ts';
import { makeKey } from '../../support/api-keys.ts';
import { eventually } from '../../support/eventually.ts';
import type { Page } from '../../support/person.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

let made = 0;
async function somebody() {
  made += 1;
  const person = await addPerson(server.db, `somebody-${made}@example.com`);
  return { ...person, path: `/admin/account/${person.id}`, browser: await signedInAs(server, person.email) };
}
const isSignedIn = async ({ browser }: Awaited<ReturnType<typeof somebody>>) =>
  (await browser.request('/account/apps')).status === 200;
const rows = (page: Page) =>
  [...page.text.matchAll(/<tr><th scope="row"><a[^>]*><bdi>([^<]*)/g)].map(([, text]) => text);

describe('accounts', () => {
  it('are found by id, by the beginning of an address or a name, by state and role', async () => {
    const person = await somebody();
    const found = async (query: string) => rows(await admin.visit(`/admin/accounts?${query}`));
    expect(await found(`q=${person.id}`)).toEqual([person.email]);
    expect(await found(`q=${person.email.toUpperCase()}`)).toEqual([person.email]);
    expect(await found('q=test+adm')).toEqual([admin.email]);
    expect(await found('role=admin')).toEqual([admin.email]);
    expect(await found('status=suspended')).toEqual([]);
    expect((await admin.visit('/admin/accounts?q=nobody-like-this')).text).toContain('Clear search and filters');
  });

  it('have a page that lists the clients that they own, and says when there are more', async () => {
    const [owner, other] = [await somebody(), await somebody()];
    const section = (page: Page) => page.text.split('id="owned"')[1]?.split('</section>')[0] ?? '';
    const listed = (page: Page) =>
      [
        ...section(page).matchAll(
          /href="\/admin\/client\/([^"]*)"><bdi>([^<]*)<\/bdi>.*?class="tag[^"]*">(?:<svg.*?<\/svg>)?([^<]*)<.*?<code>([^<]*)/gs,
        ),
      ].map(([, ...facts]) => facts.join(' | '));
    const line = (n: string, state = 'Draft') => `owned-${n} | Owned ${n} | ${state} | owned-${n}`;
    expect(section(await admin.visit(owner.path))).toContain('No client. An owner is set where a client is edited.');
    // Sorted by age they would be in the opposite order.
    const insert = `INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, owner_account_id, created_at)
      SELECT 'owned-' || lpad(n::text, 2, '0'), 'Owned ' || lpad(n::text, 2, '0'), '{}', 'none', '', 'spa', $1, now() - n * interval '1 hour'
      FROM generate_series($2::int, $3::int) n`;
    await server.db.pgPool.query(insert, [owner.id, 1, 2]);
    await server.db.script(`UPDATE clients SET status = 'disabled' WHERE client_id = 'owned-02'`);
    expect(listed(await admin.visit(owner.path))).toEqual([line('01'), line('02', 'Suspended')]);
    expect(listed(await admin.visit(other.path))).toEqual([]);
    await server.db.pgPool.query(insert, [owner.id, 3, 25]);
    const full = await admin.visit(owner.path);
    expect([listed(full).length, section(full).includes('All of them')]).toEqual([25, false]);
    await server.db.pgPool.query(insert, [owner.id, 26, 26]);
    const more = await admin.visit(owner.path);
    expect(listed(more).map((one) => one.slice(0, 8))).toEqual(
      Array.from({ length: 25 }, (_, n) => `owned-${String(n + 1).padStart(2, '0')}`),
    );
    const all = /href="([^"]*)">All of them/.exec(section(more))?.[1] as string;
    const found = rows(await admin.visit(all));
    expect([found.length > 20, found.every((name) => name?.startsWith('Owned '))]).toEqual([true, true]);
  });

  it.each([
    ['email', 'nothing', 'must be an address'],
    ['email', 'person@example.com', 'has an account already'],
    ['name', '\u202eevil', 'must not have control or invisible characters'],
    ['new_password', 'qpwoei', 'It needs at least 8 characters'],
    ['tier', 'gold', 'must be free, pro'],
  ])('are not created with the %s %j, and the form keeps everything but the password', async (name, value, problem) => {
    const typed = {
      email: 'fresh@example.com',
      name: 'Fresh',
      new_password: 'a long enough password',
      tier: 'pro',
      [name]: value,
    };
    const page = await admin.submit(await admin.visit('/admin/accounts/new'), '/admin/accounts', typed);
    expect(page.status).toBe(422);
    expect(page.text).toMatch(new RegExp(`role="alert">(?:<b>[^<]*</b>)?[^<]*${problem}`));
    expect(page.text).toContain(name === 'name' ? 'value="fresh@example.com"' : 'value="Fresh"');
    expect(page.text).not.toContain(typed.new_password);
  });

  it('are created, can sign in, and are recorded without their password', async () => {
    const typed = { email: 'Made@Example.com', name: 'Made', new_password: password, tier: 'pro' };
    const page = await admin.submit(await admin.visit('/admin/accounts/new'), '/admin/accounts', typed);
    expect(page.text).toContain('The account is created.');
    const [account] = await rowsOf(server.db, `SELECT id, role, tier FROM accounts WHERE email = 'made@example.com'`);
    expect(account).toMatchObject({ role: 'user', tier: 'pro' });
    expect((await (await signedInAs(server, 'made@example.com')).request('/account/apps')).status).toBe(200);
    const record = await auditOf(server.db, `account:${account?.id}`);
    expect(record[0]).toMatchObject({ action: 'account.created', actor: `account:${admin.id}` });
    expect(JSON.stringify(record)).not.toContain(password);
  });

  it('are created as admins with a reason only, which is recorded', async () => {
    const typed = { email: 'root-two@example.com', name: 'Root', new_password: password, admin: 'yes' };
    const form = await admin.visit('/admin/accounts/new');
    const refused = await admin.submit(form, '/admin/accounts', { ...typed, reason: ' ' });
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/id="reason-problem" role="alert"/);
    for (const kept of ['value="Root"', 'value="yes" checked']) expect(refused.text).toContain(kept);
    const made = await admin.submit(refused, '/admin/accounts', { ...typed, reason: 'Ticket 4711' });
    expect(made.text).toContain('The account is created.');
    const [account] = await rowsOf(server.db, `SELECT id, role FROM accounts WHERE email = '${typed.email}'`);
    expect(account?.role).toBe('admin');
    const [line] = await auditOf(server.db, `account:${account?.id}`);
    expect(line).toMatchObject({ action: 'account.created', details: { reason: 'Ticket 4711' } });
  });

  it('lose their sessions by a suspension, and can sign in again once restored', async () => {
    const person = await somebody();
    const stopped = await act(person, 'suspend');
    expect(stopped.text).toContain('The account is suspended.');
    expect(await isSignedIn(person)).toBe(false);
    const back = await admin.submit(stopped, '/restore', {});
    expect(back.text).toContain('can sign in again');
    expect(
      (await auditOf(server.db, `account:${person.id}`)).slice(-2).map(({ action, actor }) => [action, actor]),
    ).toEqual([
      ['account.suspended', `account:${admin.id}`],
      ['account.restored', `account:${admin.id}`],
    ]);
  });

  it('lose their sessions by a new password, and a bad one is refused beside its field', async () => {
    const person = await somebody();
    const typed = { new_password: 'short', reason: 'Forgot it' };
    const refused = await admin.submit(await admin.visit(`${person.path}/password`), '/password', typed);
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/id="new_password-problem" role="alert"/);
    expect(await isSignedIn(person)).toBe(true);
    expect(refused.text).toContain('value="Forgot it"');
    await admin.submit(refused, '/password', { ...typed, new_password: 'another long enough password' });
    expect(await isSignedIn(person)).toBe(false);
  });

  it('tell the second admin who changes name or tier what the first did, keep what was typed, and can still be saved', async () => {
    const [person, other] = [await somebody(), await signedInAdmin(server)];
    const now = async () => (await rowsOf(server.db, `SELECT name, tier FROM accounts WHERE id = '${person.id}'`))[0];
    const page = await admin.visit(person.path);
    await other.submit(await other.visit(person.path), '/details', { name: 'First', tier: 'business' });
    const lines = async () => (await auditOf(server.db, `account:${person.id}`)).length;
    const before = await lines();
    const late = await admin.submit(page, '/details', { name: 'Second', tier: 'pro' });
    expect(late.status).toBe(409);
    expect(late.text).toMatch(
      new RegExp(`role="alert">[^]*changed after you opened its page \\(${other.email}: name, tier\\)`),
    );
    expect(late.text).toMatch(/<input[^>]*name="name"[^>]*value="Second"/);
    expect(late.text).toContain('<option value="pro" selected>');
    expect(late.text).toContain('<dd>business</dd>');
    expect([await now(), await lines()]).toEqual([{ name: 'First', tier: 'business' }, before]);
    expect((await admin.submit(late, '/details', { name: 'Second', tier: 'pro' })).text).toContain('is changed.');
    expect(await now()).toEqual({ name: 'Second', tier: 'pro' });
    const silent = { name: 'Third', tier: 'pro', name_before: [], tier_before: [] };
    expect((await admin.submit(late, '/details', silent)).status).toBe(409);
    expect(await now()).toEqual({ name: 'Second', tier: 'pro' });
  });

  it('tell one of two admins who save name and tier at the same moment', async () => {
    const person = await somebody();
    const page = await admin.visit(person.path);
    const waiting = `SELECT count(*)::integer AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const sent = await server.db.transaction(async (trx) => {
      await lockAccount(trx, person.id);
      const both = ['One', 'Other'].map((name) => admin.submit(page, '/details', { name, tier: 'free' }));
      await eventually(async () => (await rowsOf(server.db, waiting))[0]?.n).toBe(2);
      return { both };
    });
    expect((await Promise.all(sent.both)).map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  it('keep a refused name in its field, beside the problem', async () => {
    const person = await somebody();
    const refused = await admin.submit(await admin.visit(person.path), '/details', { name: ' ', tier: 'pro' });
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/<input[^>]*name="name"[^>]*value=" "[^>]*aria-invalid/);
    expect(refused.text).toContain('<option value="pro" selected>');
    expect((await admin.submit(refused, '/details', { name: 'Right', tier: 'pro' })).text).toContain('is changed.');
  });

  it('lose an app, one session or all of them, and no other account does', async () => {
    const person = await somebody();
    await saveConsent(server.db, { accountId: person.id, clientId: 'spa', granted: ['projects:read'], refused: [] });
    const page = await admin.visit(person.path);
    expect(page.text).toContain('Disconnect<span class="vh"> Notes</span>');
    const after = await act(person, 'disconnect', '?client_id=spa');
    expect(after.text).toContain('No app is connected.');

    const [mine] = await rowsOf(server.db, `SELECT uid FROM sessions WHERE account_id = '${admin.id}'`);
    const [href = ''] = /[^"]*\/sessions\/end\?session=[^"]*/.exec(after.text) ?? [];
    const asks = await admin.visit(href);
    const other = { session: mine?.uid as string, reason: 'Asked for' };
    expect((await admin.submit(asks, '/sessions/end', other)).status).toBe(404);
    expect((await admin.visit(`${person.path}/sessions/end?session=${mine?.uid}`)).status).toBe(404);
    await admin.submit(asks, '/sessions/end', { reason: 'Asked for' });
    expect(await isSignedIn(person)).toBe(false);
    const again = { ...person, browser: await signedInAs(server, person.email) };
    await act(person, 'sessions/end-all');
    expect(await isSignedIn(again)).toBe(false);
  });

  it('are made admins or not by others: admins can neither demote nor suspend themselves', async () => {
    const person = await somebody();
    await act(person, 'role/admin');
    await addSecondStep(server, person.id);
    const confirm = await person.browser.visit('/admin/clients');
    const answer = { confirm_code: await codeNow(server, person.email) };
    expect((await person.browser.submit(confirm, '/account/confirm', answer)).url).toBe(
      `${server.issuer}/admin/clients`,
    );
    await act(person, 'role/user');
    expect((await person.browser.request('/admin/clients')).status).toBe(404);
    expect((await admin.visit(`${person.path}/role/root`)).status).toBe(404);

    const own = await admin.visit(`/admin/account/${admin.id}`);
    expect(own.text).not.toMatch(/href="[^"]*\/(role\/user|suspend)"/);
    for (const action of ['role/user', 'suspend']) {
      const csrf = /name="csrf" value="([^"]*)"/.exec(own.text)?.[1] as string;
      const init = { method: 'POST', body: new URLSearchParams({ csrf, reason: 'Leaving' }) };
      expect((await admin.request(`/admin/account/${admin.id}/${action}`)).status).toBe(400);
      expect((await admin.request(`/admin/account/${admin.id}/${action}`, init)).status).toBe(400);
    }
    expect((await admin.request('/admin/clients')).status).toBe(200);
  });
});

/** Goes the way of an admin: opens the page that says what would happen, gives a reason, and confirms. */
async function act(person: { path: string }, name: string, query = ''): Promise<Page> {
  const asked = await admin.visit(`${person.path}/${name}${query}`);
  return admin.submit(asked, `/${name}`, { reason: 'Asked for' });
}

describe('an act that needs a reason', () => {
  const acts: [name: string, query: string, says: RegExp, action: string][] = [
    ['suspend', '', /Ends 1 session and every token of 1 app \(2 connections\) at once\./, 'account.suspended'],
    [
      'sessions/end',
      '?session=SESSION',
      /last seen .*This browser has to sign in again\.\s*One app stays connected/s,
      'session.ended',
    ],
    ['sessions/end-all', '', /Signs out 1 browser at once\./, 'account.signed_out_everywhere'],
    ['role/admin', '', /It may then do everything on these pages/, 'account.role_set'],
    ['role/user', '', /its open admin pages stop working at once/, 'account.role_set'],
    ['password/require', '', /Signs out 1 browser at once\. The next sign-in asks/, 'account.password_change_required'],
    [
      'second-step/reset',
      '',
      /Its authenticator app, its recovery codes and its passkeys don’t work/,
      'account.second_step_reset',
    ],
    ['password', '', /Ends 1 session and every token of 1 app/, 'account.password_set'],
    [
      'disconnect',
      '?client_id=spa',
      /Ends all its access to this account at once: 2 connections\./,
      'app.disconnected',
    ],
  ];

  it.each(acts)(
    '%s states its effect and size, does nothing without a reason, and keeps the reason',
    async (name, query, says, action) => {
      const person = await somebody();
      await saveConsent(server.db, { accountId: person.id, clientId: 'spa', granted: ['projects:read'], refused: [] });
      await server.db.pgPool.query(
        `INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on)
        SELECT $1 || n, $1, 'spa', '{}', now() + interval '1 day', now() + interval '1 day' FROM generate_series(1, 2) n`,
        [person.id],
      );
      const [session] = await rowsOf(server.db, `SELECT uid FROM sessions WHERE account_id = '${person.id}'`);
      const asked = await admin.visit(`${person.path}/${name}${query.replace('SESSION', session?.uid as string)}`);
      expect(asked.text.replaceAll(/<[^>]*>/g, '')).toMatch(says);
      const target = name === 'disconnect' ? 'client:spa' : `account:${person.id}`;
      const before = await auditOf(server.db, target);
      for (const reason of ['', ' ', 'x'.repeat(501)]) {
        const refused = await admin.submit(asked, `/${name}`, { reason, new_password: 'a long enough password' });
        expect(refused.status).toBe(422);
        expect(refused.text).toContain('<title>Not done yet: ');
        expect(refused.text).toMatch(/id="reason-problem" role="alert"/);
      }
      expect(await auditOf(server.db, target)).toEqual(before);
      const typed = { reason: 'Ticket 4711', new_password: 'a long enough password' };
      expect((await admin.submit(asked, `/${name}`, typed)).status).toBe(200);
      expect((await auditOf(server.db, target)).at(-1)).toMatchObject({ action, details: { reason: 'Ticket 4711' } });
    },
  );

  it('is never one click away from the page of the account', async () => {
    const person = await somebody();
    const page = await admin.visit(person.path);
    const posts = [...page.text.matchAll(/<form method="post" action="[^"]*\/(account\/[^"]*)"/g)].map(([, to]) =>
      to?.replace(/account\/[^/]*\//, ''),
    );
    expect(new Set(posts)).toEqual(new Set(['details']));
  });
});

describe('passkeys', () => {
  async function withPasskeys() {
    const person = await somebody();
    const { rows: made } = await server.db.pgPool.query<{ id: string }>(
      `INSERT INTO account_passkeys (account_id, credential_id, public_key, counter, aaguid, name, synced, backed_up)
        SELECT $1, convert_to($1 || name, 'UTF8'), '', 0, gen_random_uuid(), name, true, true FROM unnest(ARRAY['Phone', 'Laptop']) name RETURNING id::text`,
      [person.id],
    );
    return { person, ids: made.map(({ id }) => id) };
  }
  const mails = (to: string) =>
    rowsOf(
      server.db,
      `SELECT kind, coalesce(facts -> 'name', facts -> 'passkeys') AS name, facts ->> 'by' AS by FROM mails WHERE recipient = '${to}'`,
    );

  it('are listed for somebody without an authenticator app, and one can be taken: it is recorded and told', async () => {
    const { person, ids } = await withPasskeys();
    const page = await admin.visit(person.path);
    expect(page.text).toContain('a passkey is both steps');
    expect(page.text).toContain('<bdi>Laptop</bdi>');
    const after = await act(person, 'passkeys/remove', `?passkey=${ids[0]}`);
    expect(after.text).toContain('The passkey is removed.');
    expect(after.text).not.toContain('<bdi>Phone</bdi>');
    expect(after.text).toContain('<bdi>Laptop</bdi>');
    expect(await isSignedIn(person)).toBe(false);
    expect((await auditOf(server.db, `account:${person.id}`)).at(-1)).toMatchObject({
      actor: `account:${admin.id}`,
      action: 'account.passkey_removed',
      details: { passkey: ids[0], reason: 'Asked for' },
    });
    expect(await mails(person.email)).toEqual([{ kind: 'factor_removed', name: 'Phone', by: 'admin' }]);
    const other = await withPasskeys();
    expect((await admin.visit(`${person.path}/passkeys/remove?passkey=${other.ids[0]}`)).status).toBe(404);
  });

  it('are all removed with the second step, and told by their names', async () => {
    const { person } = await withPasskeys();
    const after = await act(person, 'second-step/reset');
    expect(after.text).toContain('there is no passkey');
    expect(await mails(person.email)).toEqual([{ kind: 'factor_removed', name: ['Laptop', 'Phone'], by: 'admin' }]);
  });
});

describe('deleting an account', () => {
  const ask = (person: { path: string }) => admin.visit(`${person.path}/delete`);

  it('needs its address typed and a reason, says so on the record, and leaves the list', async () => {
    const person = await somebody();
    const asked = await ask(person);
    expect(asked.text).toContain('The audit log keeps its id');
    for (const [reason, confirm] of [
      ['Asked for', ''],
      ['Asked for', 'x'],
      ['', person.email],
    ] as const) {
      const refused = await admin.submit(asked, '/delete', { reason, confirm });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('role="alert"');
    }
    expect(await isSignedIn(person)).toBe(true);
    const gone = await admin.submit(asked, '/delete', {
      reason: 'Asked for',
      confirm: ` ${person.email.toUpperCase()}`,
    });
    expect(new URL(gone.url).pathname).toBe('/admin/accounts');
    expect(gone.text).toContain('The account is deleted.');
    expect((await admin.visit(person.path)).status).toBe(404);
    expect(await isSignedIn(person)).toBe(false);
    const event = (await auditOf(server.db, `account:${person.id}`)).at(-1);
    expect(event).toMatchObject({ action: 'account.deleted', details: { reason: 'Asked for' } });
  });

  it('says what has to be done first while the account owns a client', async () => {
    const person = await somebody();
    await server.db.pgPool.query(
      `INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, owner_account_id)
        VALUES ('kept', 'Kept App', '{}', 'none', '', 'spa', $1)`,
      [person.id],
    );
    const asked = await ask(person);
    expect(asked.text).toContain('Something has to be done first.');
    expect(asked.text).toContain('<a href="/admin/client/kept"><bdi>Kept App</bdi></a>');
    expect((await admin.submit(asked, '/delete', { reason: 'x', confirm: person.email })).status).toBe(409);
    expect((await admin.visit(person.path)).status).toBe(200);
  });

  it('asks for the second step again after ten minutes, and does not delete the admin who is asked', async () => {
    const person = await somebody();
    const asked = await ask(person);
    await server.db.script(
      `UPDATE accounts SET sessions_valid_from = sessions_valid_from - interval '1 day' WHERE id = '${admin.id}';
       UPDATE sessions SET signed_in_at = signed_in_at - interval '16 minutes' WHERE account_id = '${admin.id}'`,
    );
    const confirm = await admin.submit(asked, '/delete', { reason: 'x', confirm: person.email });
    expect((await admin.visit(person.path)).status).toBe(200);
    const answer = { confirm_password: password, confirm_code: await codeNow(server, admin.email) };
    expect((await admin.submit(confirm, '/delete', answer)).text).toContain('The account is deleted.');
    expect((await admin.visit(`/admin/account/${admin.id}/delete`)).status).toBe(400);
  });
});

it('an account from elsewhere is shown with its id there', async () => {
  const person = await somebody();
  expect((await admin.visit(person.path)).text).not.toContain('Id elsewhere');
  await server.db.script(`WITH i AS (INSERT INTO account_imports (file_hash, file_name, started_by) VALUES ('x', 'f', 'cli') RETURNING id)
    INSERT INTO imported_accounts (account_id, import_id, line, external_id) SELECT '${person.id}', id, 1, 'old-4711' FROM i`);
  expect((await admin.visit(person.path)).text).toContain('<dt>Id elsewhere</dt><dd><code>old-4711</code></dd>');
});

describe('the audit log', () => {
  const targets = (page: Page) =>
    [...page.text.matchAll(/<tr><th scope="row"><b>([^<]*)<\/b><br><span class="mono">([^<]*)/g)].map(
      ([, action, target]) => `${action} ${target}`,
    );
  beforeAll(async () => {
    await server.db.script(`DO $$ BEGIN FOR n IN 1..60 LOOP
      PERFORM append_audit('cli', 'thing.done', 'thing:' || n, '{"html": "<script>alert(1)</script>"}', 'req-' || n); END LOOP; END $$`);
  });

  it('is paged to older events and back, each shown once', async () => {
    const seen: string[] = [];
    let page = await admin.visit('/admin/audit?actor=cli&action=thing.');
    const first = targets(page);
    for (;;) {
      seen.push(...targets(page));
      const next = /href="([^"]*)">Next/.exec(page.text)?.[1];
      if (!next) break;
      page = await admin.visit(`/admin/audit${next.replaceAll('&amp;', '&')}`);
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => `thing.done thing:${60 - i}`));
    for (let back = 0; back < 2; back += 1) {
      const previous = /href="([^"]*)">Previous/.exec(page.text)?.[1] as string;
      page = await admin.visit(`/admin/audit${previous.replaceAll('&amp;', '&')}`);
    }
    expect(targets(page)).toEqual(first);
    expect(page.text).not.toMatch(/href="[^"]*">Previous/);
    expect(page.text).not.toContain('<script');
  });

  it('is filtered by target, request and day', async () => {
    expect(targets(await admin.visit('/admin/audit?target=thing%3A7'))).toEqual(['thing.done thing:7']);
    expect(targets(await admin.visit('/admin/audit?request=req-9'))).toEqual(['thing.done thing:9']);
    const today = new Date().toISOString().slice(0, 10);
    expect(targets(await admin.visit(`/admin/audit?from=${today}&until=${today}`)).length).toBe(25);
    expect(targets(await admin.visit('/admin/audit?until=2001-01-01'))).toEqual([]);
    const wrong = await admin.visit('/admin/audit?from=yesterday');
    expect([wrong.status, targets(wrong).length]).toEqual([422, 0]);
    expect(wrong.text).toContain('From must be a day such as');
  });

  it('names admins by their address', async () => {
    expect((await admin.visit(`/admin/audit?actor=account%3A${admin.id}`)).text).toContain(
      `<td><bdi>${admin.email}</bdi>`,
    );
  });

  it('names a terminal by its user and machine, and finds it by that or as cli', async () => {
    await server.db.script(`SELECT append_audit('cli:ada@build-7', 'thing.done', 'thing:ada', '{}', NULL)`);
    const page = await admin.visit('/admin/audit?actor=cli%3Aada%40build-7');
    expect(targets(page)).toEqual(['thing.done thing:ada']);
    expect(page.text).toContain('<span class="mono">cli:ada@build-7</span>');
    expect(targets(await admin.visit('/admin/audit?actor=cli')).slice(0, 2)).toEqual([
      'thing.done thing:ada',
      'thing.done thing:60',
    ]);
    expect(targets(await admin.visit('/admin/audit?actor=cli%3A'))).toEqual([]);
    const lines = (await admin.visit('/admin/audit/export?actor=cli')).text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).actor).slice(-2)).toEqual(['cli', 'cli:ada@build-7']);
  });

  it('is exported as NDJSON, the same filters applied', async () => {
    const page = await admin.visit('/admin/audit/export?actor=cli&action=thing.');
    expect(page.headers.get('content-type')).toBe('application/x-ndjson');
    expect(page.headers.get('content-disposition')).toContain('audit.ndjson');
    const events = page.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.slice(0, 60).map(({ target }) => target)).toEqual(
      Array.from({ length: 60 }, (_, i) => `thing:${i + 1}`),
    );
    expect(events[1].prev_hash).toBe(events[0].hash);
    const whole = await admin.visit('/admin/audit/export');
    const [count] = await rowsOf(server.db, 'SELECT count(*)::int AS n FROM audit_events');
    expect(whole.text.trimEnd().split('\n').length).toBe(count?.n);
    expect((await admin.visit('/admin/audit/export?from=x')).status).toBe(400);
  });
});

it('an act counts no app that is allowed something and has no connection: it has no token', async () => {
  const person = await addPerson(server.db, 'allowed-alone@example.com');
  await saveConsent(server.db, { accountId: person.id, clientId: 'spa', granted: ['projects:read'], refused: [] });
  const effects = async (act: string) => {
    const { text } = await admin.visit(`/admin/account/${person.id}/${act}`);
    return text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  };
  for (const act of ['suspend', 'delete', 'password']) expect(await effects(act), act).toContain('Ends nothing:');
  for (const act of ['sessions/end-all', 'password/require'])
    expect(await effects(act), act).toContain('No app has a connection now.');
  expect(await effects('disconnect?client_id=spa')).toContain('It has no connection to this account now.');
});

it('an act counts the API keys that it ends or stops, and mentions no apps of an account without any', async () => {
  const person = await addPerson(server.db, 'keys-alone@example.com');
  const effects = async (act: string) => {
    const { text } = await admin.visit(`/admin/account/${person.id}/${act}`);
    return text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  };
  expect(await effects('delete')).toContain('Ends nothing: there is no session and no connection of an app now.');
  expect(await effects('suspend')).not.toContain('API key');
  expect(await effects('password/require')).toContain('No app has a connection now.');
  expect(await effects('password/require')).not.toContain('The new password ends that');
  for (const name of ['One', 'Two']) await makeKey({ db: server.db, person }, { name });
  expect(await effects('delete')).toContain('Ends 2 API keys at once.');
  expect(await effects('suspend')).toContain('Its 2 API keys are refused until then.');
});
