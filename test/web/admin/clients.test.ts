/**
 * Clients on the admin pages, form by form: what is refused, kept and recorded, and what the second of two admins sees.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitForReview, verifyClient } from '../../../src/operations/client-review.ts';
import { removeSecret } from '../../../src/operations/client-secrets.ts';
import { createClient, disableClient, rotateSecret, updateClient } from '../../../src/operations/clients.ts';
import { listClientSecrets } from '../../../src/store/client-secrets.ts';
import { getClient } from '../../../src/store/clients.ts';
import { signedInAdmin } from '../../support/admin.ts';
import { formOf, type Page } from '../../support/person.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

const by = { id: 'test' };
let made = 0;
async function newClient(input: object = {}): Promise<{ id: string; path: string }> {
  made += 1;
  const client = {
    client_id: `made-${made}`,
    client_name: `Made ${made}`,
    type: 'web',
    redirect_uris: ['https://made.example/cb'],
  };
  await createClient(server.db, { ...client, ...input } as never, by);
  return { id: client.client_id, path: `/admin/client/${client.client_id}` };
}
const namesIn = (page: Page) =>
  [...page.text.matchAll(/<tr><th scope="row"><a[^>]*><bdi>([^<]*)/g)].map(([, name]) => name);

describe('the list', () => {
  beforeAll(async () => {
    await server.db.pgPool.query(`INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, redirect_uris, owner_name, created_at)
      SELECT 'bulk-' || n, 'Bulk ' || lpad(n::text, 3, '0'), '{authorization_code}', 'none', 'projects:read', 'spa',
        ARRAY['https://host' || n || '.bulky.example/cb'], CASE WHEN n = 7 THEN 'Owner Seven' END, now() - make_interval(days => n)
      FROM generate_series(1, 60) n`);
    const owner = await addPerson(server.db, 'bulk-owner@example.com');
    await submitForReview(server.db, 'bulk-2', by);
    await disableClient(server.db, 'bulk-3', by, 'Tried');
    await updateClient(server.db, 'bulk-4', { owner_email: owner.email }, by);
  });

  it('goes from page to page and back, each client once', async () => {
    const seen: string[] = [];
    let page = await admin.visit('/admin/clients?q=bulk');
    const first = namesIn(page);
    for (;;) {
      seen.push(...(namesIn(page) as string[]));
      const next = /href="([^"]*)">Next/.exec(page.text)?.[1];
      if (!next) break;
      page = await admin.visit(`/admin/clients${next.replaceAll('&amp;', '&')}`);
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => `Bulk ${String(i + 1).padStart(3, '0')}`));
    for (let back = 0; back < 2; back += 1) {
      const previous = /href="([^"]*)">Previous/.exec(page.text)?.[1] as string;
      page = await admin.visit(`/admin/clients${previous.replaceAll('&amp;', '&')}`);
    }
    expect(namesIn(page)).toEqual(first);
    expect(page.text).not.toMatch(/href="[^"]*">Previous/);
  });

  it.each([
    ['q=owner+sev', ['Bulk 007']],
    ['q=bulk-12', ['Bulk 012']],
    ['q=host33.bulky', ['Bulk 033']],
    [
      'q=BULK+04&sort=created',
      [
        'Bulk 049',
        'Bulk 048',
        'Bulk 047',
        'Bulk 046',
        'Bulk 045',
        'Bulk 044',
        'Bulk 043',
        'Bulk 042',
        'Bulk 041',
        'Bulk 040',
      ],
    ],
    [
      'q=BULK+05&sort=name&dir=desc',
      [
        'Bulk 059',
        'Bulk 058',
        'Bulk 057',
        'Bulk 056',
        'Bulk 055',
        'Bulk 054',
        'Bulk 053',
        'Bulk 052',
        'Bulk 051',
        'Bulk 050',
      ],
    ],
    ['q=web&type=web', ['Web']],
    ['q=bulk&type=web', []],
    ['q=bulk+001&state=draft', ['Bulk 001']],
    ['q=bulk+002&state=in_review', ['Bulk 002']],
    ['q=bulk+001&state=in_review', []],
    ['q=bulk&state=suspended', ['Bulk 003']],
    ['q=bulk-owner@example.com', ['Bulk 004']],
    ['q=someone-else&state=draft', []],
    ['q=bulk-owner@example.com&state=draft', ['Bulk 004']],
    ['q=bulk&state=verified', []],
    ['q=%27%3A*+%26+%21', []],
  ])('?%s', async (query, names) => {
    const page = await admin.visit(`/admin/clients?${query}`);
    expect(page.status).toBe(200);
    expect(namesIn(page)).toEqual(names);
    if (names.length === 0) expect(page.text).toContain('Clear search and filters');
  });

  it.each([
    'after=rubbish',
    'before=WzFd',
    `after=${Buffer.from('["not a time","x"]').toString('base64url')}&sort=created`,
    'sort=;',
    'type=x',
    'q=a&q=b',
  ])('a link with %s begins at the beginning', async (query) => {
    const page = await admin.visit(`/admin/clients?${query}`);
    expect(page.status).toBe(200);
    expect(namesIn(page).length).toBe(25);
  });
});

describe('registering', () => {
  it('asks eight things, and allows nothing that was not chosen', async () => {
    const page = await admin.visit('/admin/clients/new');
    const numbered = [...page.text.matchAll(/>(\d)\. [A-Z]/g)].map(([, number]) => Number(number));
    expect(numbered).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(page.text).not.toMatch(/<details open/);
    const chosen = [...page.text.matchAll(/name="scope:([^"]*)" value="([a-z]*)" checked/g)].map(
      ([, , answer]) => answer,
    );
    expect(new Set(chosen)).toEqual(new Set(['off']));
    expect(page.text).not.toMatch(/name="default"[^>]* checked/);
    const unchosen = await admin.submit(page, '/admin/clients', { client_name: 'Kind?' });
    expect(unchosen.status).toBe(422);
    expect(unchosen.text).toContain('What it runs on must be chosen.');
    expect(unchosen.text).toContain('<title>Not done yet: Register a client · VibeCaaS</title>');
  });

  it('unfolds the hidden fields if one of them has a problem', async () => {
    const typed = { client_name: 'Folded', type: 'web', redirect_uris: 'https://f.example/cb', tos_uri: 'nothing' };
    const page = await admin.submit(await admin.visit('/admin/clients/new'), '/admin/clients', typed);
    expect(page.text).toMatch(/<details open/);
  });

  it('lets a scope be off, required, optional or a default', async () => {
    const typed = {
      client_name: 'Table of scopes',
      type: 'spa',
      redirect_uris: 'https://scopes.example/cb',
      'scope:projects:read': 'required',
      'scope:analytics:read': 'optional',
      'scope:ai:generate': 'optional',
      'scope:projects:write': 'off',
      default: ['projects:read', 'analytics:read'],
    };
    await admin.submit(await admin.visit('/admin/clients/new'), '/admin/clients', typed);
    const [row] = await rowsOf(
      server.db,
      `SELECT client_id, scope, optional_scope, default_scope,
      token_endpoint_auth_method AS method FROM clients WHERE client_name = 'Table of scopes'`,
    );
    expect(row).toMatchObject({
      scope: 'projects:read analytics:read ai:generate',
      optional_scope: 'analytics:read ai:generate',
      default_scope: 'projects:read analytics:read',
      method: 'none',
    });
    const edit = await admin.visit(`/admin/client/${row?.client_id}/edit`);
    const shown = [...edit.text.matchAll(/name="scope:([^"]*)" value="([a-z]*)" checked/g)].map(([, scope, answer]) => [
      scope,
      answer,
    ]);
    expect(Object.fromEntries(shown)).toMatchObject({
      'projects:read': 'required',
      'analytics:read': 'optional',
      'ai:generate': 'optional',
      'projects:write': 'off',
    });
  });

  it.each([
    ['client_name', '', 'must have 1 to 100 characters'],
    ['client_name', 'evil \u202e name', 'must not have control or invisible characters'],
    ['client_name', 'x'.repeat(101), 'must have 1 to 100 characters'],
    ['owner_name', 'two\nlines', 'must not have control or invisible characters'],
    ['description', 'x'.repeat(301), 'must have 1 to 300 characters'],
    ['owner_email', 'nobody', 'must be an email address'],
    ['owner_email', 'nobody-here@example.com', 'must be the address of an account here'],
    ['client_uri', 'javascript:alert(1)', 'must begin with http'],
    ['policy_uri', 'ftp://x.example', 'must begin with http'],
    ['tos_uri', 'nothing', 'is not an absolute URL'],
    ['contacts', 'not-an-address', 'must be email addresses'],
    ['redirect_uris', '', 'must have at least one'],
    ['redirect_uris', 'http://app.example/cb', 'http:// is for localhost only'],
    ['redirect_uris', 'https://app.example/#f', 'must not have a fragment'],
    ['redirect_uris', 'https://*.example/', 'must not have a wildcard'],
    ['redirect_uris', Array.from({ length: 21 }, (_, n) => `https://a.example/${n}`).join('\n'), 'must be at most 20'],
    ['post_logout_redirect_uris', 'nowhere', 'is not an absolute URI'],
    ['token_endpoint_auth_method', 'tls', 'must be'],
    ['jwks_uri', 'http://keys.example', 'must begin with https://'],
    ['jwks', 'no json', 'must be an object'],
    ['jwks', '{"keys":[{"kty":"EC","d":"x"}]}', 'must have public keys only'],
    ['default', 'projects:write', 'must be within scope'],
  ])('refuses %s %j beside its field, and keeps everything typed', async (name, value, problem) => {
    const form = await admin.visit('/admin/clients/new');
    const typed = {
      type: 'web',
      client_name: 'Kept name',
      redirect_uris: 'https://kept.example/cb',
      client_uri: 'https://kept.example/',
      contacts: 'a@kept.example',
      'scope:projects:read': 'required',
      [name]: value,
    };
    const page = await admin.submit(form, '/admin/clients', {
      token_endpoint_auth_method: 'client_secret_basic',
      ...typed,
    });
    expect(page.status).toBe(422);
    const field = name === 'default' ? 'scope' : name;
    const alert = new RegExp(`id="${field}-problem" role="alert">([^<]*)`).exec(page.text)?.[1];
    expect(alert?.replaceAll('&quot;', '"')).toContain(problem);
    if (name !== 'client_name') expect(page.text).toContain('value="Kept name"');
    if (name !== 'redirect_uris') expect(page.text).toContain('https://kept.example/cb</textarea>');
    if (name !== 'contacts') expect(page.text).toContain('a@kept.example</textarea>');
    expect(page.text).not.toContain('\u202e');
    expect(page.text).toMatch(new RegExp(`aria-describedby="${field}-problem( ${field}-hint)?"`));
  });

  it('shows script in a name as text', async () => {
    const name = '<script>alert(1)</script>"\'';
    const form = await admin.visit('/admin/clients/new');
    const typed = {
      type: 'spa',
      client_name: name,
      redirect_uris: 'https://s.example/cb',
      token_endpoint_auth_method: 'none',
      'scope:projects:read': 'required',
    };
    const page = await admin.submit(form, '/admin/clients', typed);
    expect(page.text).toContain('&lt;script&gt;');
    expect(page.text).not.toContain('<script>alert(1)');
  });

  it('creates one client with a form that is sent twice, and shows its secret the first time only', async () => {
    const form = await admin.visit('/admin/clients/new');
    const typed = {
      type: 'web',
      client_name: 'Sent twice',
      redirect_uris: 'https://t.example/cb',
      token_endpoint_auth_method: 'client_secret_basic',
      'scope:projects:read': 'required',
    };
    const [first, second] = [
      await admin.submit(form, '/admin/clients', typed),
      await admin.submit(form, '/admin/clients', typed),
    ];
    const secret = /id="secret">(vcs_cs_[^<]*)/.exec(first.text)?.[1];
    expect(secret).toMatch(/^vcs_cs_/);
    expect(second.text).toContain('Sent twice');
    expect(second.text).not.toContain('vcs_cs_');
    expect(await rowsOf(server.db, `SELECT count(*)::int AS n FROM clients WHERE client_name = 'Sent twice'`)).toEqual([
      { n: 1 },
    ]);
    expect(server.logged()).not.toContain(secret);
  });

  it('warns once of a name that looks like a verified one, and then accepts it', async () => {
    const { id } = await newClient({ client_name: 'Paypal Notes' });
    await verifyClient(server.db, id, by, 'Tried');
    const form = await admin.visit('/admin/clients/new');
    const typed = {
      type: 'spa',
      client_name: 'Pаypаl N0tes',
      redirect_uris: 'https://p.example/cb',
      token_endpoint_auth_method: 'none',
      'scope:projects:read': 'required',
    };
    const warned = await admin.submit(form, '/admin/clients', typed);
    expect(warned.status).toBe(422);
    expect(warned.text).toMatch(/role="alert">.*looks like .*Paypal Notes/s);
    const page = await admin.submit(warned, '/admin/clients', typed);
    expect(page.text).toContain('The client is registered.');
    expect(page.text, 'and its page says so').toContain('This name looks like');
  });

  it('registers what people connect by a device, with or without other ways', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    const form = await admin.visit('/admin/clients/new');
    const typed = { type: 'native', device_code: 'yes', 'scope:projects:read': 'required' };
    await admin.submit(form, '/admin/clients', { ...typed, client_name: 'Only by a device' });
    const both = { ...typed, client_name: 'Also by a device', redirect_uris: 'com.example.app:/cb' };
    await admin.submit(await admin.visit('/admin/clients/new'), '/admin/clients', both);
    const spa = { ...both, type: 'spa', client_name: 'Never by a device', redirect_uris: 'https://spa.example/cb' };
    await admin.submit(await admin.visit('/admin/clients/new'), '/admin/clients', spa);
    const rows = await rowsOf(
      server.db,
      `SELECT grant_types, client_id FROM clients WHERE client_name LIKE '%by a device' ORDER BY client_name`,
    );
    expect(rows.map(({ grant_types: types }) => types)).toEqual([
      ['authorization_code', 'refresh_token', device],
      ['authorization_code', 'refresh_token'],
      ['refresh_token', device],
    ]);
    const page = await admin.visit(`/admin/client/${rows[2]?.client_id}/edit`);
    expect(page.text).toMatch(/name="device_code"[^>]* checked/);
  });

  it('gives a service only the scopes that are ticked', async () => {
    const form = await admin.visit('/admin/clients/new');
    const none = await admin.submit(form, '/admin/clients', {
      client_name: 'Robot',
      type: 'service',
      token_endpoint_auth_method: 'client_secret_post',
    });
    expect(none.text).toContain('What it may ask for must have at least one');
    const typed = {
      client_name: 'Robot',
      type: 'service',
      token_endpoint_auth_method: 'client_secret_post',
      'scope:audit:read': 'required',
    };
    const page = await admin.submit(none, '/admin/clients', typed);
    expect(page.text).toMatch(/id="secret">vcs_cs_/);
    const [row] = await rowsOf(server.db, `SELECT scope FROM clients WHERE client_name = 'Robot'`);
    expect(row).toEqual({ scope: 'audit:read' });
  });
});

describe('editing', () => {
  const typed = (page: Page, more: Record<string, string | string[]>) => {
    const value = (name: string) => new RegExp(`name="${name}"[^>]*>\n([^<]*)<`).exec(page.text)?.[1] ?? '';
    return {
      client_name: 'Edited',
      redirect_uris: value('redirect_uris'),
      token_endpoint_auth_method: 'client_secret_basic',
      'scope:projects:read': 'required',
      ...more,
    };
  };

  it('shows what would change, then saves it, with before and after on record', async () => {
    const { id, path } = await newClient({ scope: 'projects:read' });
    const form = await admin.visit(`${path}/edit`);
    const review = await admin.submit(
      form,
      '/edit',
      typed(form, { redirect_uris: 'https://made.example/cb\nhttps://new.example/cb' }),
    );
    expect(review.text).toContain('Save these changes?');
    expect(review.text).toMatch(/\+ <bdi>https:\/\/new\.example<wbr>\/cb<\/bdi>/);
    expect((await getClient(server.db, id)).client_name, 'not saved yet').not.toBe('Edited');
    const saved = await admin.submit(review, '/edit', { step: 'save' });
    expect(saved.text).toContain('The changes are saved.');
    expect(await getClient(server.db, id)).toMatchObject({
      client_name: 'Edited',
      redirect_uris: ['https://made.example/cb', 'https://new.example/cb'],
    });
    const last = (await auditOf(server.db, `client:${id}`)).at(-1);
    expect(last).toMatchObject({
      action: 'client.updated',
      actor: `account:${admin.id}`,
      details: { before: { redirect_uris: ['https://made.example/cb'] } },
    });
  });

  it('compares, saves and shows what the client is for', async () => {
    const { path } = await newClient({ scope: 'projects:read' });
    const form = await admin.visit(`${path}/edit`);
    const review = await admin.submit(form, '/edit', typed(form, { description: 'Keeps your notes.' }));
    expect(review.text).toContain('What it is for');
    await admin.submit(review, '/edit', { step: 'save' });
    expect((await admin.visit(path)).text).toContain('Keeps your notes.');
  });

  it('goes back to the form with what was typed', async () => {
    const { path } = await newClient({ scope: 'projects:read' });
    const form = await admin.visit(`${path}/edit`);
    const review = await admin.submit(form, '/edit', typed(form, { owner_name: 'Typed owner' }));
    const again = await admin.submit(review, '/edit', { step: 'edit' });
    expect(again.text).toContain('value="Typed owner"');
  });

  it('tells the second of two admins who did what, keeps what was typed, and can still be saved', async () => {
    const { id, path } = await newClient({ scope: 'projects:read' });
    const form = await admin.visit(`${path}/edit`);
    const other = await signedInAdmin(server);
    const theirs = await other.visit(`${path}/edit`);
    const review = await admin.submit(form, '/edit', typed(form, { owner_name: 'Mine' }));
    await other.submit(
      await other.submit(theirs, '/edit', typed(theirs, { client_uri: 'https://theirs.example/' })),
      '/edit',
      { step: 'save' },
    );

    for (const late of [
      await admin.submit(form, '/edit', typed(form, { owner_name: 'Mine' })),
      await admin.submit(review, '/edit', { step: 'save' }),
    ]) {
      expect(late.status).toBe(409);
      expect(late.text).toContain(other.email);
      expect(late.text).toContain('value="Mine"');
      expect((await getClient(server.db, id)).owner_name).toBe(null);
      const compared = await admin.submit(late, '/edit', typed(late, { owner_name: 'Mine' }));
      expect(compared.text, 'their change would be undone, and it says so').toMatch(/− <bdi>https:\/\/theirs\.example/);
    }
  });

  it('tells one of two admins who save at the same moment', async () => {
    const { id, path } = await newClient({ scope: 'projects:read' });
    const other = await signedInAdmin(server);
    const reviewed = async (who: typeof admin, owner: string) => {
      const form = await who.visit(`${path}/edit`);
      return who.submit(form, '/edit', typed(form, { owner_name: owner }));
    };
    const [one, two] = [await reviewed(admin, 'One'), await reviewed(other, 'Two')];
    const answers = await Promise.all([
      admin.submit(one, '/edit', { step: 'save' }),
      other.submit(two, '/edit', { step: 'save' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const changes = (await auditOf(server.db, `client:${id}`)).filter(({ action }) => action === 'client.updated');
    expect(changes.length).toBe(1);
  });

  it('puts a verified client back in review when a checked value changes, and says so first', async () => {
    const { id, path } = await newClient({ scope: 'projects:read', client_name: 'Edited' });
    await verifyClient(server.db, id, by, 'Tried');
    const form = await admin.visit(`${path}/edit`);
    expect(form.text).toContain('This app is verified.');
    const review = await admin.submit(form, '/edit', typed(form, { redirect_uris: 'https://elsewhere.example/cb' }));
    expect(review.text).toContain('Saving puts it back in review, for: Redirect addresses.');
    await admin.submit(review, '/edit', { step: 'save' });
    expect(await getClient(server.db, id)).toMatchObject({ verified_at: null, submitted_at: expect.any(Date) });
    const page = await admin.visit(`${path}/review`);
    expect(page.text).toMatch(/In review<\/span>[\s\S]*Put back in review<\/b> by[\s\S]*Changed: redirect addresses/);
    expect(page.text).toMatch(
      /<caption class="vh">What changed since it was verified[\s\S]*\+ <bdi>https:\/\/elsewhere\.example<wbr>\/cb/,
    );
    await verifyClient(server.db, id, by, 'Tried');
    await updateClient(server.db, id, { contacts: ['help@notes.example'] }, by);
    expect((await getClient(server.db, id)).verified_at).not.toBe(null);
  });

  it('saves nothing without a change, names problems, and makes a secret for a new way to authenticate', async () => {
    const { id, path } = await newClient({
      scope: 'projects:read',
      client_name: 'Edited',
      token_endpoint_auth_method: 'none',
    });
    const form = await admin.visit(`${path}/edit`);
    const same = await admin.submit(form, '/edit', typed(form, { token_endpoint_auth_method: 'none' }));
    expect(same.text).toContain('Nothing was different.');
    const wrong = await admin.submit(form, '/edit', typed(form, { redirect_uris: 'nowhere' }));
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('nowhere</textarea>');
    const review = await admin.submit(form, '/edit', typed(form, {}));
    const saved = await admin.submit(review, '/edit', { step: 'save' });
    expect(saved.text).toMatch(/id="secret">vcs_cs_/);
    expect((await listClientSecrets(server.db, id)).length).toBe(1);
  });
});

describe('secrets', () => {
  const idsOf = async (id: string) => (await listClientSecrets(server.db, id)).map((secret) => secret.id);
  const removalOn = (page: Page) => /href="([^"]*\/secrets\/\d+\/remove)"/.exec(page.text)?.[1] as string;

  it('are not made by a form from before somebody else rolled', async () => {
    const { id, path } = await newClient();
    const page = await admin.visit(`${path}/secrets`);
    expect((await admin.submit(page, '/secrets', { days: '8' })).status).toBe(400);
    await rotateSecret(server.db, id, { keepOldForDays: 7 }, by);
    const late = await admin.submit(page, '/secrets', { days: '7' });
    expect(late.status).toBe(409);
    expect(late.text).not.toContain('id="secret"');
    expect((await listClientSecrets(server.db, id)).length).toBe(2);
  });

  it('are at most two: one must be removed before another is made', async () => {
    const { id, path } = await newClient();
    const made = await admin.submit(await admin.visit(`${path}/secrets`), '/secrets', { days: '30' });
    expect(made.text).toMatch(/id="secret">vcs_cs_/);
    expect(made.text).toContain('Ends in 30 days');
    expect(made.text).toContain('There are already two. Remove one first.');
    expect(made.text).toMatch(/<button class="btn less" disabled/);
    expect((await admin.submit(made, '/secrets', { days: '30' })).status).toBe(409);
    expect(await idsOf(id)).toHaveLength(2);
  });

  it('are shown once when new, with the client id and lines for .env, and later by their last four characters', async () => {
    const { id, path } = await newClient();
    const made = await admin.submit(await admin.visit(`${path}/secrets`), '/secrets', { days: '1' });
    const secret = /id="secret">(vcs_cs_[^<]*)/.exec(made.text)?.[1] as string;
    expect(made.text).toContain(`OAUTH_ISSUER=${server.issuer}\nOAUTH_CLIENT_ID=${id}\nOAUTH_CLIENT_SECRET=${secret}`);
    expect(made.headers.get('content-security-policy')).toMatch(/script-src 'sha256-/);
    const later = await admin.visit(`${path}/secrets`);
    expect(later.text).not.toContain(secret);
    expect(later.text).toContain(`<code>vcs_cs_…${secret.slice(-4)}</code>`);
    expect(later.headers.get('content-security-policy')).toContain("script-src 'none'");
    await server.db.pgPool.query('UPDATE client_secrets SET last_four = NULL WHERE client_id = $1', [id]);
    expect((await admin.visit(`${path}/secrets`)).text, 'one from before is known by its number').toMatch(
      /<code>№ \d+<\/code>/,
    );
  });

  it('are removed one by one, and never from another client', async () => {
    const [mine, other] = [await newClient(), await newClient()];
    const page = await admin.visit(`${mine.path}/secrets`);
    const [secret] = await idsOf(other.id);
    const csrf = formOf(page, '/secrets').hidden.find(([name]) => name === 'csrf')?.[1] as string;
    const seen = (await idsOf(mine.id)).join(' ');
    for (const id of [secret, 'x', '9'.repeat(30)]) {
      expect((await admin.visit(`${mine.path}/secrets/${id}/remove`)).status).toBe(404);
      const init = { method: 'POST', body: new URLSearchParams({ csrf, seen, reason: 'Leaked' }) };
      expect((await admin.request(`${mine.path}/secrets/${id}/remove`, init)).status).toBe(404);
    }
    const asked = await admin.visit(removalOn(page));
    expect(await idsOf(mine.id)).toHaveLength(1);
    expect(asked.text).toContain('It is the only one.');
    const unreasoned = await admin.submit(asked, '/remove', { reason: ' ' });
    expect([unreasoned.status, await idsOf(mine.id)]).toEqual([422, [expect.any(String)]]);
    expect((await admin.submit(asked, '/remove', { reason: 'Leaked' })).text).toContain('The secret is removed.');
    expect((await auditOf(server.db, `client:${mine.id}`)).at(-1)?.details).toMatchObject({ reason: 'Leaked' });
    expect([await idsOf(mine.id), await idsOf(other.id)]).toEqual([[], [secret]]);
  });

  it('are removed after a page says what stops, unless that has changed meanwhile', async () => {
    const { id, path } = await newClient();
    await rotateSecret(server.db, id, { keepOldForDays: 7 }, by);
    const secretsBefore = await listClientSecrets(server.db, id);
    const [fresh, old] = await idsOf(id);
    const asked = await admin.visit(`${path}/secrets/${old}/remove`);
    const ending = (id: string) => secretsBefore.find((one) => one.id === id)?.last_four;
    expect(asked.text).toMatch(
      new RegExp(`<code>vcs_cs_…${ending(fresh as string)}</code>, never used yet, goes on\\.`),
    );
    expect(asked.text).not.toContain('It is the only one.');
    expect((await admin.visit(`${path}/secrets/${fresh}/remove`)).text).toMatch(
      new RegExp(`<code>vcs_cs_…${ending(old as string)}</code>, never used yet, goes on until <time`),
    );
    await removeSecret(server.db, { clientId: id, secretId: fresh as string }, by);
    const late = await admin.submit(asked, '/remove', { reason: 'Leaked' });
    expect([late.status, await idsOf(id)]).toEqual([409, [old]]);
    expect(late.text).toContain('The secrets of this client changed after you opened this page.');
    const silent = await admin.submit(late, '/remove', { seen: '', reason: 'Leaked' });
    expect([silent.status, await idsOf(id)]).toEqual([409, [old]]);
    await admin.submit(late, '/remove', { reason: 'Leaked' });
    expect(await idsOf(id)).toEqual([]);
  });
});

describe('verifying and stopping', () => {
  it.each([
    ['/verify', 'reason_verify', '/review'],
    ['/disable', 'reason', '/stop'],
  ])('%s needs a reason, which is on record', async (action, name, tab) => {
    const { id, path } = await newClient();
    const page = await admin.visit(`${path}${tab}`);
    for (const reason of ['', '  ', 'x'.repeat(501)]) {
      const refused = await admin.submit(page, action, { [name]: reason });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain(`id="${name}-problem" role="alert"`);
      if (reason) expect(refused.text, 'what was typed is kept').toContain(`value="${reason}"`);
    }
    await admin.submit(page, action, { [name]: 'I looked' });
    expect((await auditOf(server.db, `client:${id}`)).at(-1)).toMatchObject({
      actor: `account:${admin.id}`,
      details: { reason: 'I looked' },
    });
  });

  it('shows the history of a client with actors and reasons, and each step offers the next', async () => {
    const { id, path } = await newClient();
    const offered = (page: Page) => [...page.text.matchAll(/action="[^"]*\/([a-z-]+)"/g)].map(([, action]) => action);
    const draft = await admin.visit(`${path}/review`);
    expect(offered(draft)).toEqual(expect.arrayContaining(['submit', 'verify']));
    expect(offered(draft)).not.toContain('send-back');
    const submitted = await admin.submit(draft, '/submit', {});
    expect(submitted.text).toContain('The client is in review.');
    expect(offered(submitted)).toEqual(expect.arrayContaining(['verify', 'send-back']));
    expect(offered(submitted)).not.toContain('submit');
    const verified = await admin.submit(submitted, '/verify', { reason_verify: 'Register checked' });
    expect(offered(verified)).not.toContain('verify');
    const back = await admin.submit(verified, '/send-back', { 'reason_send-back': 'Sold' });
    expect(offered(back)).toContain('submit');
    const suspended = await admin.submit(await admin.visit(`${path}/stop`), '/disable', { reason: 'Fraud' });
    expect(offered(await admin.visit(`${path}/review`))).not.toContain('verify');
    await admin.submit(suspended, '/enable', {});
    const resumed = await admin.visit(`${path}/review`);
    const history = [...resumed.text.matchAll(/<li><div><p><b>([^<]*)<\/b> by <bdi>admin-/g)].map(([, what]) => what);
    expect(history).toEqual(['Suspension lifted', 'Suspended', 'Sent back to draft', 'Verified', 'Put in review']);
    expect(resumed.text).toMatch(/Fraud[\s\S]*Sold[\s\S]*Register checked/);
    expect((await auditOf(server.db, `client:${id}`)).map(({ action }) => action)).toEqual([
      'client.created',
      'client.submitted',
      'client.verified',
      'client.sent_back',
      'client.disabled',
      'client.enabled',
    ]);
  });

  it('refuses a form from before somebody else decided, and nothing happens', async () => {
    const { id, path } = await newClient();
    const draft = await admin.visit(`${path}/review`);
    const review = await admin.submit(draft, '/submit', {});
    const twice = await admin.submit(draft, '/submit', {});
    expect([twice.status, twice.text.includes('This client was changed after you opened its page.')]).toEqual([
      409,
      true,
    ]);
    await admin.submit(review, '/send-back', { 'reason_send-back': 'Empty' });
    expect((await admin.submit(review, '/send-back', { 'reason_send-back': 'Empty' })).status).toBe(409);
    const actions = (await auditOf(server.db, `client:${id}`)).map(({ action }) => action);
    expect(actions).toEqual(['client.created', 'client.submitted', 'client.sent_back']);
  });

  it('does not verify what the reviewer did not see, and keeps what they wrote', async () => {
    const { id, path } = await newClient();
    const seen = await admin.visit(`${path}/review`);
    await updateClient(server.db, id, { redirect_uris: ['https://elsewhere.example/callback'] }, { id: 'test' });
    const stale = await admin.submit(seen, '/verify', { reason_verify: 'Address checked' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('This client was changed after you opened its page.');
    expect(stale.text).toContain('value="Address checked"');
    expect((await getClient(server.db, id)).verified_at).toBeNull();
    await admin.submit(stale, '/verify', { reason_verify: 'Address checked' });
    expect((await getClient(server.db, id)).verified_at).not.toBeNull();
  });

  it('shows for a draft what is missing for a review, and how many people it may have', async () => {
    const { path } = await newClient({ client_uri: 'https://made.example' });
    const page = await admin.visit(path);
    expect(page.text).toContain('0 of 100, until it is verified');
    const facts = (await admin.visit(`${path}/review`)).text.matchAll(/<li><svg class="(ok|hm)"[\s\S]*?<div>([^:<]*)/g);
    expect([...facts].map(([, kind, what]) => [what, kind])).toEqual([
      ['What it is for', 'hm'],
      ['Run by', 'hm'],
      ['Home page', 'ok'],
      ['Privacy policy', 'hm'],
      ['Contacts', 'hm'],
    ]);
  });

  it('describes the cost of stopping correctly even if nobody uses the client', async () => {
    const { path } = await newClient();
    const { text } = await admin.visit(`${path}/stop`);
    expect(text).not.toMatch(/\bnobody\b/);
    expect(text.match(/Nobody has a token of it now\./g)).toHaveLength(2);
    expect(text).toContain('Nobody has allowed it anything.');
  });

  it('deletes only if the whole name is typed', async () => {
    const { id, path } = await newClient({ client_name: 'Delete me' });
    const page = await admin.visit(`${path}/stop`);
    for (const confirm of ['', 'delete me', 'Delete', id]) {
      expect((await admin.submit(page, '/delete', { confirm, reason_delete: 'Old' })).status).toBe(422);
    }
    expect((await admin.submit(page, '/delete', { confirm: 'Delete me' })).status, 'without a reason').toBe(422);
    const after = await admin.submit(page, '/delete', { confirm: 'Delete me', reason_delete: 'Old' });
    expect(after.text).toContain('The client is deleted.');
    expect((await admin.visit(path)).status).toBe(404);
    expect((await admin.submit(page, '/delete', { confirm: 'Delete me', reason_delete: 'Old' })).status).toBe(404);
    const line = (await auditOf(server.db, `client:${id}`)).at(-1);
    expect(line).toMatchObject({ action: 'client.deleted', details: { reason: 'Old' } });
  });
});

it('the form of a client has each field once, including the algorithm of its ID tokens', async () => {
  const page = await admin.visit('/admin/client/web/edit');
  const ids = [...page.text.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids).toContain('id_token_signed_response_alg');
});
