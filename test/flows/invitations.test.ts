/** An admin invites somebody by mail, on a page, by the admin API or at the terminal; whoever has the mailbox makes the account. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteAccount } from '../../src/operations/account-deletion.ts';
import { setRole } from '../../src/operations/accounts.ts';
import { disableClient } from '../../src/operations/clients.ts';
import { invite, resendInvitation, withdrawInvitation } from '../../src/operations/invitations.ts';
import { purge } from '../../src/operations/purge.ts';
import { invitationLanguages } from '../../src/policy/registration.ts';
import { languageCodes } from '../../views/messages/languages.ts';
import { addAdmin, ageSignIn, signedInAdmin, signedInAs } from '../support/admin.ts';
import { newAuthenticator, optionsOf } from '../support/authenticator.ts';
import { eventually } from '../support/eventually.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin as addService, adminToken, call } from '../web/admin-api/support.ts';

const secret = 'quite another long password';
const terminal = { id: 'cli:ada@host', reason: 'Asked for.' };
let mailbox: Mailbox;
let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { SMTP_URL: mailbox.url, REGISTRATION: 'invite' } });
  admin = await signedInAdmin(server);
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

let made = 0;
const guest = () => {
  made += 1;
  return `guest-${made}@example.com`;
};
const invited = async (more: Partial<Parameters<typeof invite>[2]> = {}, actor = terminal) => {
  const email = more.email ?? guest();
  const invitation = await invite(server.db, 'invite', { ...more, email }, actor);
  return { email, ...invitation };
};
const openPage = async (email: string, n?: number) => {
  const link = await mailbox.link(email, n);
  const browser = newPerson(server.issuer);
  return { link, browser, page: await browser.visit(link) };
};
const accept = (browser: Person, page: Page, fields: Record<string, string> = {}) =>
  browser.submit(page, '/invitation/new', { name: 'Gast', new_password: secret, ...fields });
const accountOf = async (email: string) =>
  (await rowsOf(server.db, `SELECT id, name, role, tier, email_verified_at FROM accounts WHERE email = '${email}'`))[0];
const stateOf = async (id: string) =>
  (await rowsOf(server.db, `SELECT accepted_at, withdrawn_at, account_id FROM invitations WHERE id = '${id}'`))[0];

describe('on the admin pages', () => {
  it('an invitation is sent, listed, and ends in an account with what the admin chose', async () => {
    expect((await admin.visit('/admin/accounts')).text).toContain(
      '<a class="btn" href="/admin/invitations">Invitations</a>',
    );
    const empty = await admin.visit('/admin/invitations');
    expect(empty.text).toContain('Nobody is invited');
    const email = guest();
    const form = await admin.visit('/admin/invitations/new');
    const sent = await admin.submit(form, '/admin/invitations', {
      email: email.toUpperCase(),
      name: 'Gerda Gast',
      tier: 'pro',
      language: 'de',
    });
    expect([sent.status, sent.url]).toEqual([200, `${server.issuer}/admin/invitations`]);
    expect(sent.text).toContain('The invitation is on its way.');
    expect(sent.text).toContain(email);
    const mail = await mailbox.next(email);
    expect(mail.subject).toBe('Sie sind zu VibeCaaS eingeladen');
    expect(mail.text).toContain('Test Admin hat bei VibeCaaS einen Platz für Sie eingerichtet.');
    expect(mail.text).toContain('Sie haben das nicht erwartet? Dann tun Sie nichts.');
    expect(mail.links[0]).toMatch(new RegExp(`^${server.issuer}/invitation/vcs_ml_[\\w-]{43}$`));
    await eventually(async () => (await admin.visit('/admin/invitations?state=sent')).text).toContain(email);

    const { browser, page } = await openPage(email);
    expect(page.url).toBe(`${server.issuer}/invitation/new`);
    expect(page.text).toContain('value="Gerda Gast"');
    expect(await accountOf(email)).toBeUndefined();
    const done = await accept(browser, page, { name: 'Gerda G.' });
    expect([done.status, done.url]).toEqual([200, `${server.issuer}/account/apps`]);
    const account = await accountOf(email);
    expect(account).toMatchObject({ name: 'Gerda G.', role: 'user', tier: 'pro' });
    expect(account?.email_verified_at).toBeInstanceOf(Date);
    const list = await admin.visit('/admin/invitations?state=accepted');
    expect(list.text).toContain(`<a href="/admin/account/${account?.id}"><bdi>${email}`);
    const [row] = await rowsOf(server.db, `SELECT id FROM invitations WHERE address = '${email}'`);
    expect(
      (await auditOf(server.db, `account:${account?.id}`)).find(({ action }) => action === 'account.created'),
    ).toMatchObject({
      details: { invitation: row?.id, role: 'user', tier: 'pro', by: 'password' },
    });
    const [log] = await auditOf(server.db, `invitation:${row?.id}`);
    expect(log).toMatchObject({
      actor: `account:${admin.id}`,
      action: 'invitation.created',
      details: { role: 'user', tier: 'pro' },
    });
    // The audit log outlives people.
    expect(JSON.stringify(log)).not.toContain(email);
  });

  it('an invitation of an admin needs a reason, which is recorded; the form keeps what was typed', async () => {
    const form = await admin.visit('/admin/invitations/new');
    const typed = { email: guest(), name: 'Gerda Gast', admin: 'yes' };
    const refused = await admin.submit(form, '/admin/invitations', { ...typed, reason: ' ' });
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/id="reason-problem" role="alert"/);
    for (const kept of ['value="Gerda Gast"', 'value="yes" checked']) expect(refused.text).toContain(kept);
    const sent = await admin.submit(refused, '/admin/invitations', { ...typed, reason: 'Ticket 4711' });
    expect(sent.status).toBe(200);
    const [row] = await rowsOf(server.db, `SELECT id FROM invitations WHERE address = '${typed.email}'`);
    const [line] = await auditOf(server.db, `invitation:${row?.id}`);
    expect(line).toMatchObject({ action: 'invitation.created', details: { role: 'admin', reason: 'Ticket 4711' } });
  });

  it('an invitation is sent again with a new link, and withdrawn while its page is open', async () => {
    const { email, id } = await invited();
    const first = await openPage(email);
    const list = await admin.visit('/admin/invitations');
    const again = await admin.submit(list, `/admin/invitations/${id}/resend`, {});
    expect(again.text).toContain('The invitation is sent again.');
    expect((await accept(first.browser, first.page)).status).toBe(410);
    const second = await openPage(email, 2);
    expect(second.page.status).toBe(200);
    const withdrawn = await admin.submit(again, `/admin/invitations/${id}/withdraw`, {});
    expect(withdrawn.text).toContain('The invitation is withdrawn.');
    const late = await accept(second.browser, second.page);
    expect([late.status, late.text.includes('Ask whoever invited you for a new one.')]).toEqual([410, true]);
    expect(await accountOf(email)).toBeUndefined();
    // It is over, so neither button is there any more.
    expect(withdrawn.text).not.toContain(`/admin/invitations/${id}/`);
    const actions = (await auditOf(server.db, `invitation:${id}`)).map(({ action }) => action);
    expect(actions.toSorted()).toEqual(['invitation.created', 'invitation.resent', 'invitation.withdrawn']);
  });

  it('addresses and names that cannot be, and addresses with an account, are refused beside their fields', async () => {
    const { email: known } = await addPerson(server.db, guest());
    const form = await admin.visit('/admin/invitations/new');
    const cases: [Record<string, string>, string][] = [
      [{ email: known }, 'Email address has an account already'],
      [{ email: 'nobody' }, 'Email address must be an address such as name@example.com'],
      [{ email: `${'a'.repeat(10_000)}@example.com` }, 'Email address must be an address'],
      [{ email: 'a\r\nBcc: b@example.com' }, 'Email address must be an address'],
      [{ email: guest(), name: 'Ada\u202ecalevoL' }, 'Name must not have control or invisible characters'],
      [{ email: guest(), name: 'x'.repeat(10_000) }, 'Name must have 1 to 100 characters'],
      [{ email: guest(), tier: 'gold' }, 'Tier must be'],
      [{ email: guest(), language: 'tlh' }, 'Language of the mail must be'],
    ];
    const count = async () => (await rowsOf(server.db, 'SELECT count(*)::integer AS n FROM invitations'))[0]?.n;
    const before = await count();
    for (const [fields, says] of cases) {
      const refused = await admin.submit(form, '/admin/invitations', {
        name: '',
        tier: 'free',
        language: 'en',
        ...fields,
      });
      expect([refused.status, refused.text.includes(says)], says).toEqual([422, true]);
    }
    expect(await count()).toBe(before);
  });

  it('only admins see them, and need a recent sign-in for every change', async () => {
    const { email, id } = await invited();
    const person = await signedInAs(server, (await addPerson(server.db, guest())).email);
    expect((await person.visit('/admin/invitations')).status).toBe(404);
    expect(
      (await person.request('/admin/invitations', { method: 'POST', body: new URLSearchParams({ email }) })).status,
    ).toBe(404);
    const other = await signedInAdmin(server);
    const list = await other.visit('/admin/invitations');
    await ageSignIn(server, other.id);
    for (const path of [`/admin/invitations/${id}/withdraw`, `/admin/invitations/${id}/resend`, '/admin/invitations']) {
      const body = new URLSearchParams(formOf(list, `/admin/invitations/${id}/withdraw`).hidden);
      const asked = await other.request(path, { method: 'POST', body });
      expect([asked.status, asked.text.includes('name="confirm_password"')], path).toEqual([200, true]);
    }
    expect((await stateOf(id))?.withdrawn_at).toBeNull();
  });
});

describe('an invited admin', () => {
  it('sets up a second step at once, and sees no admin page before', async () => {
    const { email } = await invited({ role: 'admin' }, {
      id: `account:${admin.id}`,
      powers: 'everything',
      reason: 'Asked for.',
    } as never);
    const { browser, page } = await openPage(email);
    expect(page.text).toContain('You are invited as an admin.');
    const done = await accept(browser, page);
    expect(done.url).toContain('/account/security/second-step');
    expect((await accountOf(email))?.role).toBe('admin');
    expect((await browser.request('/admin')).headers.get('location')).toContain('/account/security/second-step');
  });

  it('who chooses a passkey has both steps', async () => {
    const { email } = await invited({ role: 'admin' });
    const { browser, page } = await openPage(email);
    const body = new URLSearchParams(formOf(page, '/invitation/new').hidden);
    const form = await browser.visit('/invitation/new/with-passkey', { method: 'POST', body });
    const passkey = newAuthenticator(server.issuer).create(optionsOf(form, '/invitation/new/passkey'));
    const done = await browser.submit(form, '/invitation/new/passkey', { name: 'Gast', passkey });
    expect([done.status, done.url]).toEqual([200, `${server.issuer}/admin`]);
  });

  it('gets nothing if whoever invited them is no admin any more, until another one sends it again', async () => {
    const former = await addAdmin(server);
    const { email, id } = await invited({ role: 'admin' }, {
      id: `account:${former.id}`,
      powers: 'everything',
      reason: 'Asked for.',
    } as never);
    const { browser, page } = await openPage(email);
    await setRole(server.db, former.id, 'user', terminal);
    expect((await accept(browser, page)).status).toBe(410);
    expect(await accountOf(email)).toBeUndefined();
    await resendInvitation(server.db, 'invite', id, terminal);
    const second = await openPage(email, 2);
    await accept(second.browser, second.page);
    expect((await accountOf(email))?.role).toBe('admin');
  });

  it('gets nothing from a service that was suspended meanwhile', async () => {
    await addService(server, 'inviter');
    const token = await adminToken(server, 'inviter');
    const email = guest();
    const sent = await call(server, '/invitations', { token, body: { email, role: 'admin', reason: 'Asked for.' } });
    expect(sent.status).toBe(201);
    const { browser, page } = await openPage(email);
    await disableClient(server.db, 'inviter', terminal, 'Not needed');
    expect((await accept(browser, page)).status).toBe(410);
  });
});

describe('the link of an invitation', () => {
  it('is not used up by a mail scanner, works once, and for seven days', async () => {
    const { email, id } = await invited();
    const link = await mailbox.link(email);
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await newPerson(server.issuer).visit(link, { method })).status).toBe(200);
    expect(await stateOf(id)).toEqual({ accepted_at: null, withdrawn_at: null, account_id: null });
    const days = `SELECT round(extract(epoch FROM expires_at - clock_timestamp()) / 86400)::integer AS n FROM`;
    expect(await rowsOf(server.db, `${days} account_links WHERE address = '${email}'`)).toEqual([{ n: 7 }]);
    expect(await rowsOf(server.db, `${days} invitations WHERE id = '${id}'`)).toEqual([{ n: 7 }]);
    const browsers = [1, 2, 3].map(() => newPerson(server.issuer));
    const pages = await Promise.all(browsers.map((browser) => browser.visit(link)));
    const answers = await Promise.all(browsers.map((browser, n) => accept(browser, pages[n] as Page)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await newPerson(server.issuer).visit(link)).status).toBe(410);
    expect((await stateOf(id))?.account_id).toBe((await accountOf(email))?.id);
  });

  it('ends with its time', async () => {
    const { email, id } = await invited();
    const { browser, page } = await openPage(email);
    await server.db.script(`UPDATE account_links SET expires_at = now() WHERE address = '${email}';
      UPDATE invitations SET expires_at = now() WHERE id = '${id}'`);
    expect((await accept(browser, page)).status).toBe(410);
    expect((await admin.visit('/admin/invitations?state=expired')).text).toContain(
      'Nobody used the link in seven days.',
    );
  });

  it('ends when the address is invited again, with what the newer one gives', async () => {
    const { email, id } = await invited({ role: 'admin' });
    const first = await openPage(email);
    const again = await invited({ email, tier: 'pro' });
    expect(again.id).toBe(id);
    expect((await accept(first.browser, first.page)).status).toBe(410);
    const second = await openPage(email, 2);
    await accept(second.browser, second.page);
    expect(await accountOf(email)).toMatchObject({ role: 'user', tier: 'pro' });
  });

  it('makes no second account if the address got one meanwhile', async () => {
    const { email } = await invited();
    const { browser, page } = await openPage(email);
    const { id } = await addPerson(server.db, email);
    expect((await accept(browser, page)).status).toBe(409);
    expect((await accountOf(email))?.id).toBe(id);
    expect((await admin.visit('/admin/invitations?state=has_account')).text).toContain(email);
    // Nor is somebody with an account invited by a mail that had to wait.
    await server.db.script(`DELETE FROM accounts WHERE id = '${id}'`);
  });

  it('does not work while this server takes no invitations, nor can anybody be invited', async () => {
    const { email, id } = await invited();
    const link = await mailbox.link(email);
    const closed = await startTestServer({ beside: server, env: { SMTP_URL: mailbox.url } });
    try {
      const shut = await newPerson(closed.issuer).visit(link.replace(server.issuer, closed.issuer));
      expect([shut.status, shut.text.includes('Nobody can make an account here now')]).toEqual([403, true]);
      const other = await signedInAdmin(closed);
      const page = await other.visit('/admin/invitations');
      expect(page.text).toContain('This server takes no invitations.');
      expect(page.text).not.toContain('href="/admin/invitations/new"');
      const body = new URLSearchParams([...formOf(page, '/withdraw').hidden, ['email', guest()]]);
      for (const path of ['/admin/invitations', `/admin/invitations/${id}/resend`]) {
        const refused = await other.request(path, { method: 'POST', body });
        expect([refused.status, refused.text.includes('This server takes no invitations.')], path).toEqual([409, true]);
      }
    } finally {
      await closed.stop();
    }
    expect((await newPerson(server.issuer).visit(link)).status).toBe(200);
  });

  it('with `invite`, nobody registers by themselves', async () => {
    const browser = newPerson(server.issuer);
    expect((await browser.visit('/sign-in')).text).not.toContain('/register');
    expect((await browser.visit('/register')).status).toBe(403);
  });
});

it('a withdrawn invitation whose mail still waits is never sent', async () => {
  const later = await startMailbox({ onMailFrom: (_address, _session, callback) => callback(new Error('not now')) });
  const alone = await startTestServer({ env: { SMTP_URL: later.url, REGISTRATION: 'invite' } });
  try {
    const { id } = await invite(alone.db, 'invite', { email: 'waits@example.com' }, terminal);
    const mail = 'SELECT status FROM mails';
    await eventually(() => rowsOf(alone.db, 'SELECT attempts FROM mails')).toEqual([{ attempts: 1 }]);
    const state = await withdrawInvitation(alone.db, id, terminal);
    expect(state.state).toBe('withdrawn');
    await alone.db.script(`UPDATE mails SET due_at = now() - interval '1 second';
      UPDATE vcauth_queue.job SET start_after = now() - interval '1 second' WHERE name = 'mails' AND state IN ('created', 'retry')`);
    await eventually(() => rowsOf(alone.db, mail)).toEqual([{ status: 'dropped' }]);
  } finally {
    await alone.stop();
    await later.stop();
  }
});

it('an account that is deleted takes its invitation along, and old ones are purged', async () => {
  const { email } = await invited();
  const { browser, page } = await openPage(email);
  await accept(browser, page);
  await deleteAccount(server.db, (await accountOf(email))?.id as string, terminal);
  expect(await rowsOf(server.db, `SELECT 1 FROM invitations WHERE address = '${email}'`)).toEqual([]);
  const other = await invited();
  const { id } = await addPerson(server.db, other.email);
  await deleteAccount(server.db, id, terminal);
  expect(await stateOf(other.id)).toBeUndefined();
  const old = await invited();
  await server.db.script(`UPDATE invitations SET expires_at = now() - interval '91 days' WHERE id = '${old.id}'`);
  // An invitation whose mail is being sent is left for the next time.
  await eventually(async () => {
    await purge(server.db);
    return stateOf(old.id);
  }).toBeUndefined();
});

describe('the admin API', () => {
  it('invites, lists, sends again and withdraws', async () => {
    await addService(server, 'people');
    const token = await adminToken(server, 'people');
    const email = guest();
    const body = { email, name: 'Ada', tier: 'pro', language: 'fr' };
    const sent = await call(server, '/invitations', { token, body });
    expect([sent.status, sent.body.data]).toEqual([
      201,
      expect.objectContaining({
        email,
        name: 'Ada',
        role: 'user',
        tier: 'pro',
        language: 'fr',
        state: 'waiting',
        invited_by: 'client:people',
        account_id: null,
      }),
    ]);
    const { id } = sent.body.data;
    expect((await mailbox.next(email)).subject).toBe('Vous êtes invité sur VibeCaaS');
    await eventually(async () => (await call(server, `/invitations/${id}`, { token })).body.data.state).toBe('sent');
    const list = await call(server, '/invitations?state=sent&per_page=1', { token });
    expect([list.body.data.length, list.body.data[0].id]).toEqual([1, id]);
    expect((await call(server, `/invitations/${id}/resend`, { token, method: 'POST' })).status).toBe(200);
    await mailbox.next(email, 2);
    const ended = await call(server, `/invitations/${id}/withdraw`, { token, method: 'POST' });
    expect(ended.body.data.state).toBe('withdrawn');
    for (const verb of ['withdraw', 'resend']) {
      expect((await call(server, `/invitations/${id}/${verb}`, { token, method: 'POST' })).status, verb).toBe(409);
    }
    expect((await call(server, '/invitations/inv_nobody', { token })).status).toBe(404);
    const known = await addPerson(server.db, guest());
    expect((await call(server, '/invitations', { token, body: { email: known.email } })).status).toBe(409);
    expect((await call(server, '/invitations', { token, body: { email: 'a\u0007@example.com' } })).status).toBe(400);
  });

  it('asks why somebody is invited as an admin, and records it; it asks about nobody else', async () => {
    await addService(server, 'reasoner');
    const token = await adminToken(server, 'reasoner');
    const body = { email: guest(), role: 'admin' };
    for (const reason of [undefined, '', ' ']) {
      const refused = await call(server, '/invitations', { token, body: { ...body, reason } });
      expect([refused.status, refused.body.error.details]).toEqual([400, { reason: expect.any(String) }]);
    }
    const sent = await call(server, '/invitations', { token, body: { ...body, reason: 'Ticket 4711' } });
    expect(sent.status).toBe(201);
    const [line] = await auditOf(server.db, `invitation:${sent.body.data.id}`);
    expect(line?.details).toMatchObject({ role: 'admin', reason: 'Ticket 4711' });
    expect((await call(server, '/invitations', { token, body: { email: guest(), role: 'user' } })).status).toBe(201);
  });

  it('lets nobody replace the invitation of an admin who has no power over admins', async () => {
    const { email, id } = await invited({ role: 'admin' });
    const replaceWith = async (name: string, scopes: string) => {
      await addService(server, name, scopes);
      const token = await adminToken(server, name, scopes);
      return (await call(server, '/invitations', { token, body: { email } })).status;
    };
    const role = async () => (await rowsOf(server.db, `SELECT role FROM invitations WHERE id = '${id}'`))[0]?.role;
    expect(await replaceWith('plain-clerk', 'accounts:write')).toBe(403);
    expect(await role()).toBe('admin');
    expect(await replaceWith('head-clerk', 'accounts:write admins:write')).toBe(201);
    expect(await role()).toBe('user');
  });

  it('lets nobody invite, resend or make an admin who has less than everything', async () => {
    await addService(server, 'clerk', 'accounts:read accounts:write');
    const token = await adminToken(server, 'clerk', 'accounts:read accounts:write');
    expect((await call(server, '/invitations', { token, body: { email: guest(), role: 'admin' } })).status).toBe(403);
    const { id } = await invited({ role: 'admin' });
    expect((await call(server, `/invitations/${id}/resend`, { token, method: 'POST' })).status).toBe(403);
    await addService(server, 'reader', 'accounts:read');
    const reader = await adminToken(server, 'reader', 'accounts:read');
    expect((await call(server, '/invitations', { token: reader, body: { email: guest() } })).status).toBe(403);
  });
});

it('invitations know the languages of the pages', () => {
  expect(invitationLanguages).toEqual(languageCodes);
});
