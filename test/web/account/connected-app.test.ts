/** The page of one connected app, form by form. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countUsage } from '../../../src/operations/app-usage.ts';
import { verifyClient } from '../../../src/operations/client-review.ts';
import { createClient, disableClient } from '../../../src/operations/clients.ts';
import { signedInAdmin } from '../../support/admin.ts';
import { authorizeUrl, obtainTokens, refresh, type Tokens } from '../../support/oauth.ts';
import { newPerson, type Page, type Person } from '../../support/person.ts';
import { redirectUri, startTestServer, type TestNode } from '../../support/server.ts';

const path = '/account/app/spa';
let server: TestNode;
let person: Person;
let tokens: Required<Tokens>;
beforeAll(async () => {
  server = await startTestServer();
  person = newPerson(server.issuer);
  const scope = 'openid profile email projects:read deployments:read analytics:read';
  tokens = (await obtainTokens(server, { scope }, person)) as Required<Tokens>;
});
afterAll(() => server.stop());

const visit = (to = path) => person.visit(`${server.issuer}${to}`);
const post = (page: Page, action: string, fields: Record<string, string | string[]>) =>
  person.submit(page, `${path}/${action}`, fields);

describe('the page of a connected app', () => {
  it('is linked from the list', async () => {
    expect((await visit('/account/apps')).text).toContain(`href="${path}"`);
  });

  it('shows who it is, what it may do, until when, and its connections', async () => {
    const { status, text } = await visit();
    expect(status).toBe(200);
    for (const words of [
      'Not checked',
      'Deployments and logs',
      'until you disconnect it',
      'Connected on',
      'No calls',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('shows what the app did', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const { id: sub } = server.person;
    const counts = { read: 41, changed: 5, generated: 0, other: 0, refused: 2 };
    const more = {
      routes: {},
      projects: ['proj_1', 'checkout-api'],
      last_address: '203.0.113.24',
      last_at: Date.now() / 1000,
    };
    const entry = { sub, client_id: 'spa', gid: 'g', day, ...counts, ...more };
    await countUsage(server.db, 'gateway', { id: crypto.randomUUID(), entries: [entry] });
    const { text } = await visit();
    expect(text).toMatch(/<dt>Read<\/dt><dd>41/);
    expect(text).toMatch(/<dt>Refused<\/dt><dd>2/);
    expect(text).toContain('at most 48 a day, 2 refused in all');
    expect(text).toMatch(/from <span class="mono">203\.0\.113\.24/);
    expect(text).toContain('<bdi>checkout-api</bdi>');
    expect((await visit('/account/apps')).text).toContain('last used just now');
  });

  it('removes a permission, and says so once', async () => {
    const page = await post(await visit(), 'remove', { scope: 'deployments:read' });
    expect(page.text).toContain('“Deployments and logs” is removed.');
    expect((await visit()).text).not.toContain('Deployments and logs');
    expect((await refresh(server, tokens.refresh_token)).body.scope).not.toContain('deployments:read');
  });

  it('removes name and email address together, as it shows them', async () => {
    const before = await visit();
    expect(before.text).toContain(
      '<input type="hidden" name="scope" value="email"><button class="btn less" name="scope" value="profile"',
    );
    await post(before, 'remove', { scope: ['email', 'profile'] });
    const { rows } = await server.db.pgPool.query('SELECT granted FROM consents');
    expect(rows[0].granted).toEqual(expect.not.arrayContaining(['email', 'profile']));
  });

  it('sets an end, and offers only ends that are sooner from then on', async () => {
    const page = await post(await visit(), 'limit', { days: '30' });
    expect(page.text).toContain('The end is set.');
    expect(page.text).toContain('<option value="1"');
    expect(page.text).not.toContain('<option value="30"');
    expect((await post(page, 'limit', { days: '90' })).status).toBe(200);
    const { rows } = await server.db.pgPool.query("SELECT ends_at < now() + interval '31 days' AS soon FROM consents");
    expect(rows).toEqual([{ soon: true }]);
  });

  it('refuses an end that it does not offer', async () => {
    expect((await post(await visit(), 'limit', { days: '3650' })).status).toBe(400);
  });

  it('ends one connection', async () => {
    const other = (await obtainTokens(server, { scope: 'projects:read' }, person)) as Required<Tokens>;
    const before = await visit();
    const [newest = ''] = [...before.text.matchAll(/name="connection" value="([^"]+)"/g)].map(([, id]) => id as string);
    const page = await post(before, 'end', { connection: newest });
    expect(page.text).toContain('The connection ended.');
    expect((await refresh(server, other.refresh_token)).status).toBe(400);
  });

  it('takes what is gone already for done', async () => {
    const page = await visit();
    expect((await post(page, 'remove', { scope: 'deployments:read' })).status).toBe(200);
    expect((await post(page, 'end', { connection: 'nothing' })).status).toBe(200);
  });

  it('needs the anti-forgery field', async () => {
    for (const form of ['remove', 'limit', 'end']) {
      const body = new URLSearchParams({ scope: 'projects:read' });
      const { status } = await person.request(`${path}/${form}`, { method: 'POST', body });
      expect(status).toBe(403);
    }
  });

  it('is 404 for an app that is not connected, and for none at all', async () => {
    expect((await visit('/account/app/web')).status).toBe(404);
    expect((await visit('/account/app/https%3A%2F%2Fnobody.example%2Fapp.json')).status).toBe(404);
  });

  it('goes back to the list when nothing is left', async () => {
    expect((await visit()).text).toContain('or is disconnected if nothing is left for it to do');
    const last = await post(await visit(), 'remove', { scope: ['openid', 'projects:read', 'analytics:read'] });
    expect(last.text).toContain('No app is connected');
    expect(last.text).toMatch(/role="status".* is disconnected\./s);
  });

  it('leads to the list when the app was disconnected in another tab', async () => {
    const somebody = newPerson(server.issuer);
    await obtainTokens(server, { scope: 'projects:read analytics:read' }, somebody);
    const open = await somebody.visit(path);
    await somebody.submit(await somebody.visit('/account/apps'), '/apps/disconnect', {});
    for (const [form, fields] of [
      ['remove', { scope: 'analytics:read' }],
      ['limit', { days: '1' }],
      ['end', {}],
    ] as const) {
      const late = await somebody.submit(open, `${path}/${form}`, fields);
      expect([late.status, late.url], form).toEqual([200, `${server.issuer}/account/apps`]);
    }
  });

  it('is told in the activity', async () => {
    const { text } = await visit('/account/activity');
    expect(text).toMatch(/Something taken from <b>.*which goes on with the rest/);
    expect(text).toContain('An end set for');
  });
});

it('an app that may only know who somebody is has that as its one line, on every page', async () => {
  const somebody = newPerson(server.issuer);
  await obtainTokens(server, { client_id: 'web', scope: 'openid' }, somebody);
  const more = authorizeUrl(server, { client_id: 'web', scope: 'openid projects:read' });
  for (const page of ['/account/apps', '/account/app/web', more]) {
    expect((await somebody.visit(page)).text, page).toContain(
      'Nothing of yours. It learns only that you have an account',
    );
  }
  expect((await somebody.visit('/account/app/web')).text).not.toContain('Remove one and the app goes on');
  const admin = await signedInAdmin(server);
  expect((await admin.visit('/admin/client/web/people')).text).toContain('Only to know who they are');
});

it('an app without refresh tokens is not said to have connections that last for days', async () => {
  const client = { client_id: 'hourly', client_name: 'Hourly', type: 'spa', redirect_uris: [redirectUri] } as const;
  await createClient(server.db, { ...client, grant_types: ['authorization_code'] }, { id: 'test' });
  const somebody = newPerson(server.issuer);
  await obtainTokens(server, { client_id: 'hourly' }, somebody);
  const { text } = await somebody.visit('/account/app/hourly');
  expect(text).toContain('A connection lasts an hour; then the app has to come back here.');
  expect(text).not.toContain('ends after 30 days');
});

it('an app that VibeCaaS has stopped keeps its name and its standing, and pages say that it is stopped', async () => {
  const client = { client_id: 'halted', client_name: 'Halted', type: 'spa', redirect_uris: [redirectUri] } as const;
  await createClient(server.db, { ...client, client_uri: 'https://halted.example' }, { id: 'test' });
  await verifyClient(server.db, 'halted', { id: 'test' }, 'Checked');
  const somebody = newPerson(server.issuer);
  await obtainTokens(server, { client_id: 'halted', scope: 'projects:read analytics:read' }, somebody);
  const pages = ['/account/apps', '/account/app/halted'] as const;
  for (const page of pages) expect((await somebody.visit(page)).text, page).not.toContain('has stopped this app');
  await disableClient(server.db, 'halted', { id: 'test' }, 'Phishing');
  await server.hasHeard();
  for (const page of pages) {
    const { status, text } = await somebody.visit(page);
    expect([page, status]).toEqual([page, 200]);
    expect(text).toContain('<bdi>Halted</bdi>');
    expect(text).toMatch(/<\/svg>Verified|<b>Verified<\/b>/);
    expect(text).not.toContain('“<bdi>halted</bdi>”');
    expect(text).toContain('VibeCaaS has stopped this app.');
  }
  expect((await somebody.visit('/account/activity')).text).toMatch(/<b><bdi>Halted<\/bdi><\/b> allowed/);
  const less = await somebody.submit(await somebody.visit(pages[1]), '/halted/remove', { scope: 'analytics:read' });
  expect(less.text).toContain('“Analytics” is removed.');
});
