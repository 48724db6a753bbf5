/** The pages of an account about the apps that it builds, form by form. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendBackClient, verifyClient } from '../../../src/operations/client-review.ts';
import { createClient, disableClient, updateClient } from '../../../src/operations/clients.ts';
import { listClientSecrets } from '../../../src/store/client-secrets.ts';
import { addStatistics } from '../../../src/store/client-statistics.ts';
import { getClient } from '../../../src/store/clients.ts';
import { addFailedRequests, callerKey } from '../../../src/store/failed-requests.ts';
import { ageSignIn, signedInAs } from '../../support/admin.ts';
import { formOf, newPerson, type Page, type Person } from '../../support/person.ts';
import { auditOf } from '../../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';
import { statementsOfRequests } from '../../support/statements.ts';

let server: TestServer;
let owner: { id: string; email: string };
let builder: Person;
let stranger: Person;
const by = { id: 'cli' };
beforeAll(async () => {
  server = await startTestServer({ env: { SUPPORT_URL: 'https://vibecaas.com/support' } });
  owner = await addPerson(server.db, 'builder@example.com');
  builder = await signedInAs(server, owner.email);
  stranger = await signedInAs(server, (await addPerson(server.db, 'stranger@example.com')).email);
});
afterAll(() => server.stop());

const complete = {
  description: 'Shows figures of your projects',
  owner_name: 'Metrics Ltd',
  client_uri: 'https://metrics.example',
  policy_uri: 'https://metrics.example/privacy',
  contacts: ['dev@metrics.example'],
};
let made = 0;
async function newApp(input: object = {}): Promise<{ id: string; path: string; secret: string }> {
  made += 1;
  const { client, clientSecret } = await createClient(
    server.db,
    {
      client_id: `mine-${made}`,
      client_name: `Metrics ${made}`,
      type: 'web',
      redirect_uris: ['https://metrics.example/cb'],
      owner_email: owner.email,
      ...input,
    } as never,
    by,
  );
  return { id: client.client_id, path: `/account/your-apps/${client.client_id}`, secret: clientSecret as string };
}
const post = async (page: Page, action: string, fields: Record<string, string> = {}) =>
  builder.submit(page, action, fields);
const fail = (clientId: string, more: object = {}) =>
  addFailedRequests(server.db, [
    {
      clientId,
      at: new Date(),
      requestId: `req_${crypto.randomUUID()}`,
      endpoint: 'token',
      error: 'invalid_grant',
      description: 'grant request is invalid',
      detail: null,
      parameters: { code: null },
      ...more,
    },
  ]);

describe('the list', () => {
  it('shows an account its own apps and nobody else’s', async () => {
    const mine = await newApp();
    const foreign = await newApp({ owner_email: null, client_name: 'Foreign' });
    const page = await builder.visit('/account/your-apps');
    expect(page.text).toContain(`href="${mine.path}"`);
    expect(page.text).not.toContain(foreign.id);
    expect(page.text).toMatch(/href="\/account\/your-apps" aria-current="page"/);
    expect((await stranger.visit('/account/your-apps')).text).toContain('You have no apps here');
    expect((await stranger.visit('/account/your-apps')).text).toContain('href="https://vibecaas.com/support"');
  });

  it('begins with what fails, and costs as many statements for two hundred apps as for one', async () => {
    const { id, path } = await newApp({ client_name: 'Failing' });
    const day = new Date().toISOString().slice(0, 10);
    await addStatistics(server.db, [
      { clientId: id, day, what: 'error', count: 38 },
      { clientId: id, day, what: 'refresh_token', count: 62 },
    ]);
    let page: Page | undefined;
    const cost = () =>
      statementsOfRequests(server, async () => {
        page = await builder.visit('/account/your-apps');
      });
    const few = await cost();
    expect(few).toBeGreaterThan(0);
    expect(page?.text).toMatch(/role="alert"|class="note bad"/);
    expect(page?.text).toMatch(new RegExp(`Failing</bdi>: 38 % of its requests failed today.*${path}/failed`, 's'));
    await server.db.pgPool.query(
      `INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, redirect_uris, owner_account_id)
        SELECT 'many-' || n, 'Many ' || n, '{authorization_code}', 'none', 'projects:read', 'spa', '{https://many.example/cb}', $1
        FROM generate_series(1, 200) n`,
      [owner.id],
    );
    expect(await cost()).toBe(few);
    await server.db.pgPool.query(`DELETE FROM clients WHERE client_id LIKE 'many-%'`);
  });

  it('sends a person who is not signed in to sign in, and back', async () => {
    const page = await newPerson(server.issuer).request('/account/your-apps');
    expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in?next=%2Faccount%2Fyour-apps']);
  });
});

describe('an app of somebody else', () => {
  it('does not exist, on every page and for every form', async () => {
    const { id, path } = await newApp(complete);
    const [secret] = await listClientSecrets(server.db, id);
    const before = { client: await getClient(server.db, id), secrets: await listClientSecrets(server.db, id) };
    const pages = ['', '/failed', '/secrets', `/secrets/${secret?.id}/remove`, '/edit', '/review'];
    for (const place of pages) {
      expect((await builder.visit(`${path}${place}`)).status).toBe(200);
      const foreign = await stranger.visit(`${path}${place}`);
      expect([place, foreign.status]).toEqual([place, 404]);
      expect(foreign.text).not.toContain('Metrics');
    }
    const csrf = formOf(await stranger.visit('/account/security'), '/security/password').hidden;
    const forms: [string, Record<string, string>][] = [
      ['/secrets', { newest: secret?.id ?? '', days: '7' }],
      [`/secrets/${secret?.id}/remove`, {}],
      ['/edit', { client_name: 'Taken', as_of: before.client.updated_at.toISOString(), step: 'save' }],
      ['/review', {}],
    ];
    for (const [place, fields] of forms) {
      const body = new URLSearchParams({ ...Object.fromEntries(csrf), ...fields });
      const answer = await stranger.request(`${path}${place}`, { method: 'POST', body });
      expect([place, answer.status]).toEqual([place, 404]);
      const bare = await builder.request(`${path}${place}`, { method: 'POST', body: new URLSearchParams(fields) });
      expect([place, bare.status]).toEqual([place, 403]);
    }
    expect({ client: await getClient(server.db, id), secrets: await listClientSecrets(server.db, id) }).toEqual(before);
  });
});

describe('failures', () => {
  it('are shown by kind for the last day with what to do, and offer to add an address that the owner sent', async () => {
    const { id, path } = await newApp();
    for (let times = 0; times < 3; times += 1) {
      await fail(id, {
        endpoint: 'authorize',
        error: 'invalid_redirect_uri',
        description: 'redirect_uri did not match any of the client’s registered redirect_uris',
        parameters: { redirect_uri: 'https://metrics.example/cb/' },
        by: { stranger: false, caller: callerKey('account', owner.id) },
      });
    }
    await fail(id);
    const page = await builder.visit(path);
    expect(page.text).toContain('3 times');
    expect(page.text).toContain(`${path}/edit?add=${encodeURIComponent('https://metrics.example/cb/')}`);
    expect(page.text).toMatch(/Failed requests <span class="n">4</);
    const edit = await builder.visit(`${path}/edit?add=${encodeURIComponent('https://metrics.example/cb/')}`);
    expect(edit.text).toMatch(/https:\/\/metrics\.example\/cb\nhttps:\/\/metrics\.example\/cb\/<\/textarea>/);
  });

  it('are found by request id, and another app’s are not', async () => {
    const [mine, foreign] = [await newApp(), await newApp({ owner_email: null })];
    await fail(mine.id, { requestId: 'req_mine' });
    await fail(foreign.id, { requestId: 'req_foreign' });
    expect((await builder.visit(`${mine.path}/failed?request=req_mine`)).text).toContain('req_mine</span>');
    const none = await builder.visit(`${mine.path}/failed?request=req_foreign`);
    expect(none.text).toMatch(/No failed request of this app has the id/);
  });
});

describe('secrets', () => {
  it('are shown once when new, with lines for the settings, and recorded as made by the owner', async () => {
    const { id, path } = await newApp();
    const page = await builder.visit(`${path}/secrets`);
    const answer = await post(page, '/secrets', { days: '7' });
    const secret = /<code id="secret">(vcs_cs_[^<]+)</.exec(answer.text)?.[1] as string;
    expect(answer.text).toContain(`OAUTH_CLIENT_ID=${id}\nOAUTH_CLIENT_SECRET=${secret}</pre>`);
    expect(answer.text).toContain(`vcs_cs_…${secret.slice(-4)}`);
    expect(answer.headers.get('content-security-policy')).toMatch(/script-src 'sha256-/);
    expect((await builder.visit(`${path}/secrets`)).text).not.toContain(secret);
    expect(server.logged()).not.toContain(secret);
    expect((await auditOf(server.db, `client:${id}`)).at(-1)).toMatchObject({
      actor: `account:${owner.id}`,
      action: 'client.secret_rotated',
    });
    const again = await post(page, '/secrets', { days: '7' });
    expect([again.status, /vcs_cs_[\w-]{20}/.test(again.text)]).toEqual([409, false]);
  });

  it('are removed after a page has said what stops', async () => {
    const { id, path } = await newApp();
    const [secret] = await listClientSecrets(server.db, id);
    const page = await builder.visit(`${path}/secrets/${secret?.id}/remove`);
    expect(page.text).toContain('It is the only one.');
    const after = await post(page, '/remove');
    expect(after.text).toContain('The secret is removed.');
    expect(await listClientSecrets(server.db, id)).toEqual([]);
    const twice = await post(page, '/remove');
    expect([twice.status, twice.url]).toEqual([200, `${server.issuer}${path}/secrets`]);
  });

  it.each(['0', 'x', '99999999999999999999', '1%00', '-1'])('do not exist by the id %s', async (id) => {
    const { path } = await newApp();
    expect((await builder.visit(`${path}/secrets/${id}/remove`)).status).toBeOneOf([400, 404]);
  });

  it('have no page for an app without a secret', async () => {
    const { path } = await newApp({ type: 'spa' });
    expect((await builder.visit(`${path}/secrets`)).status).toBe(404);
    expect((await builder.visit(path)).text).not.toContain(`${path}/secrets"`);
  });

  it('ask for the password after an old sign-in, and then the change goes on', async () => {
    const somebody = await addPerson(server.db, 'late-builder@example.com');
    const late = await signedInAs(server, somebody.email);
    const { id, path } = await newApp({ owner_email: somebody.email });
    const page = await late.visit(`${path}/secrets`);
    await ageSignIn(server, somebody.id);
    const asked = await late.submit(page, '/secrets', { days: '7' });
    expect(asked.text).toContain('Confirm it is you');
    expect(await listClientSecrets(server.db, id)).toHaveLength(1);
    const done = await late.submit(asked, '/secrets', { confirm_password: password });
    expect(done.text).toContain('This is the new secret.');
    expect(await listClientSecrets(server.db, id)).toHaveLength(2);
  });
});

describe('editing', () => {
  const values = {
    ...complete,
    contacts: 'dev@metrics.example',
    client_name: 'Metrics Dashboard',
    redirect_uris: 'https://metrics.example/cb',
  };

  it('compares before it saves, and says when it reopens the review', async () => {
    const { id, path } = await newApp(complete);
    await verifyClient(server.db, id, by, 'Checked');
    const form = await builder.visit(`${path}/edit`);
    expect(form.text).toContain('The app is verified.');
    const compare = await post(form, '/edit', { ...values, redirect_uris: 'https://metrics.example/new' });
    expect(compare.text).toContain('This puts the app back in review.');
    expect((await getClient(server.db, id)).client_name).not.toBe('Metrics Dashboard');
    const saved = await post(compare, '/edit', { step: 'save' });
    expect(saved.text).toContain('The changes are saved.');
    expect(await getClient(server.db, id)).toMatchObject({
      client_name: 'Metrics Dashboard',
      redirect_uris: ['https://metrics.example/new'],
      verified_at: null,
      submitted_at: expect.any(Date),
    });
  });

  it('names the field that is wrong and keeps what was typed', async () => {
    const { path } = await newApp();
    const form = await builder.visit(`${path}/edit`);
    const refused = await post(form, '/edit', { ...values, redirect_uris: 'javascript:alert(1)' });
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/id="redirect_uris-problem" role="alert"/);
    expect(refused.text).toContain('value="Metrics Dashboard"');
  });

  it.each(['scope', 'type', 'first_party', 'gateway_resource', 'grant_types', 'owner_email'])(
    'a form with %s changes nothing of it',
    async (name) => {
      const { id, path } = await newApp();
      const before = await getClient(server.db, id);
      const compare = await post(await builder.visit(`${path}/edit`), '/edit', { ...values, [name]: 'x y' });
      await post(compare, '/edit', { step: 'save', [name]: 'x y' });
      const after = await getClient(server.db, id);
      expect(after.client_name).toBe('Metrics Dashboard');
      expect(after[name as never]).toEqual(before[name as never]);
    },
  );

  it('tells the second of two editors, who keeps what was typed', async () => {
    const { id, path } = await newApp();
    const form = await builder.visit(`${path}/edit`);
    await updateClient(server.db, id, { description: 'By an admin' }, by);
    const late = await post(form, '/edit', { ...values, step: 'save' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('value="Metrics Dashboard"');
    expect((await getClient(server.db, id)).description).toBe('By an admin');
  });

  it.each([
    ['first-party', { first_party: true }],
    ['suspended', {}],
  ])('is not offered for a %s app', async (what, input) => {
    const { id, path } = await newApp(input);
    if (what === 'suspended') await disableClient(server.db, id, by, 'Phishing');
    expect((await builder.visit(path)).text).not.toContain(`${path}/edit`);
    expect((await builder.visit(`${path}/edit`)).status).toBe(404);
  });
});

describe('review', () => {
  it('says what is missing, accepts the app once nothing is, and shows the answer without its author', async () => {
    const { id, path } = await newApp();
    const missing = await builder.visit(`${path}/review`);
    expect(missing.text).toContain('5 facts are missing.');
    expect(missing.text).toMatch(/<button class="btn solid" disabled aria-describedby="why-not">Submit for review/);
    expect((await post(missing, '/review')).status).toBe(400);
    expect((await getClient(server.db, id)).submitted_at).toBeNull();
    await updateClient(server.db, id, complete, by);
    const ready = await builder.visit(`${path}/review`);
    const sent = await post(ready, '/review');
    expect(sent.text).toContain('The app is in review.');
    const twice = await post(ready, '/review');
    expect([twice.status, twice.text.includes('Somebody at VibeCaaS looks at it.')]).toEqual([200, true]);
    expect((await getClient(server.db, id)).submitted_at).toEqual(expect.any(Date));
    await sendBackClient(server.db, id, { id: 'cli:reviewer@machine' }, 'The privacy policy is a draft');
    const answer = await builder.visit(`${path}/review`);
    expect(answer.text).toContain('The privacy policy is a draft');
    expect(answer.text).not.toContain('reviewer');
  });
});

it('a form that was open while an admin suspended the app leads to the app as it is now', async () => {
  const { id, path } = await newApp(complete);
  const forms = [await builder.visit(`${path}/secrets`), await builder.visit(`${path}/review`)] as const;
  await disableClient(server.db, id, by, 'Phishing');
  for (const [page, action] of [
    [forms[0], '/secrets'],
    [forms[1], '/review'],
  ] as const) {
    const late = await post(page, action, action === '/secrets' ? { days: '7' } : {});
    expect((await builder.visit(`${path}/review`)).text).not.toContain('A person looks at it.');
    expect(late.status, action).toBe(409);
    expect(late.text).toContain('Somebody else was first');
    expect(late.text).toContain(`href="${path}"`);
  }
});

it('a service is told nothing of people whom it never asks', async () => {
  const { path } = await newApp({ type: 'service', redirect_uris: [], scope: 'projects:write' });
  const asking = await newApp({ scope: 'projects:write' });
  for (const page of [path, `${path}/review`]) {
    const { text } = await builder.visit(page);
    expect(text).toContain('Until then its name and who runs it are only its own claim.');
    expect(text).not.toMatch(/people see “Not checked”|of everybody/);
  }
  expect((await builder.visit(`${asking.path}/review`)).text).toMatch(/people see “Not checked”[\s\S]*of everybody/);
});

it('an edit that is refused gives the focus to the first field that is wrong', async () => {
  const { path } = await newApp();
  const wrong = { client_name: 'Metrics', client_uri: 'nothing', redirect_uris: 'nothing', policy_uri: 'nothing' };
  const { status, text } = await post(await builder.visit(`${path}/edit`), '/edit', wrong);
  expect(status).toBe(422);
  const focused = [...text.matchAll(/<(?:input|textarea)[^>]* autofocus[^>]*>/g)].map(([field]) => field);
  expect(focused.map((field) => /name="([^"]*)"/.exec(field)?.[1])).toEqual(['client_uri']);
});
