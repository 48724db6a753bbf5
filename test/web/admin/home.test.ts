/** The first admin page, the head of a client across its tabs, and lists with counts and numbered pages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitForReview } from '../../../src/operations/client-review.ts';
import { createClient } from '../../../src/operations/clients.ts';
import { addStatistics } from '../../../src/store/client-statistics.ts';
import { measureGauges } from '../../../src/store/gauges.ts';
import { signedInAdmin, signedInAs } from '../../support/admin.ts';
import type { Page } from '../../support/person.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

const by = { id: 'test' };
const textOf = (page: Page) => page.text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
const titleOf = (page: Page) => /<title>([^<]*)/.exec(page.text)?.[1];

describe('the first page', () => {
  it('says in one line that nothing needs attention', async () => {
    const page = await admin.visit('/admin');
    expect(titleOf(page)).toBe('What needs somebody · VibeCaaS');
    expect(textOf(page)).toContain('Nothing now. Everything runs by itself.');
    expect(textOf(page)).not.toContain('People connected');
  });

  it('lists a failing app, a webhook that is off, a review, an ending secret and an old key, each with a link', async () => {
    const today = new Date().toISOString().slice(0, 10);
    await addStatistics(server.db, [
      { clientId: 'spa', day: today, what: 'error', count: 60 },
      { clientId: 'spa', day: today, what: 'refresh_token', count: 40 },
    ]);
    await createClient(
      server.db,
      {
        client_id: 'asking',
        client_name: 'Form <Builder>',
        type: 'spa',
        owner_name: 'Forms Ltd',
        redirect_uris: ['https://f.example/'],
      } as never,
      by,
    );
    await submitForReview(server.db, 'asking', by);
    await server.db.script(`
      INSERT INTO webhooks (client_id, url, events, enabled, disabled_reason) VALUES ('web', 'https://hooks.metrics.example/in', '{}', false, 'gone');
      UPDATE client_secrets SET expires_at = now() + interval '2 days', last_used_at = now() WHERE client_id = 'service';
      UPDATE signing_keys SET current_at = now() - interval '99 days' WHERE state = 'current'`);
    await measureGauges(server.db, { minAgeSeconds: 0 });
    const page = await admin.visit('/admin');
    const said = textOf(page);
    expect(said).toContain('5 things, the most pressing first.');
    expect(said).toMatch(/Notes fails: 60 % of its requests today/);
    expect(said).toMatch(/Webhook of Web is off: nothing has got through yet/);
    expect(said).toContain('Form &lt;Builder&gt; waits for review');
    expect(said).toMatch(/waits for review; it was put in (just now|1 minute ago)/);
    expect(said).not.toMatch(/since (just now|\d+ (minute|hour|day)|yesterday)/);
    expect(said).toMatch(/A secret of Service ends on .* and is still in use ?vcs_cs_…\S{4}, last used just now/);
    expect(said).toContain('The signing key has signed for 99 days');
    expect(said).toMatch(/People connected ?\d/);
    expect(said).toMatch(/Failed requests ?60 %today/);
    for (const path of [
      '/admin/client/spa/errors',
      '/admin/client/web/webhooks',
      '/admin/client/asking/review',
      '/admin/client/service/secrets',
      '/admin/keys',
    ]) {
      expect(page.text).toContain(`<a class="btn less" href="${path}">`);
      expect((await admin.visit(path)).status).toBe(200);
    }
  });

  it('links to the admin’s own account, which links back for an admin only', async () => {
    expect((await admin.visit('/admin')).text).toContain('href="/account/apps">Your account');
    expect((await admin.visit('/account/apps')).text).toContain('href="/admin">Admin');
    const person = await addPerson(server.db, 'plain@example.com');
    expect((await (await signedInAs(server, person.email)).visit('/account/apps')).text).not.toContain('href="/admin"');
  });
});

describe('the head of a client', () => {
  it('stays across its tabs, with counts where there is something', async () => {
    const { id } = await addPerson(server.db, 'one-of-them@example.com');
    await server.db.pgPool.query(`INSERT INTO consents (account_id, client_id, granted) VALUES ($1, 'web', '{}')`, [
      id,
    ]);
    const tabs = ['', '/people', '/errors', '/secrets', '/webhooks', '/review', '/history', '/stop'];
    for (const tab of [...tabs, '/edit', '/logo', '/insight']) {
      const page = await admin.visit(`/admin/client/web${tab}`);
      expect(page.status, tab).toBe(200);
      const head = /<header class="subject">[\s\S]*?<\/header>/.exec(page.text)?.[0] as string;
      expect(head, tab).toMatch(/<h1>.*Web.*<\/h1>/);
      expect(head).toContain('<code>web</code>');
      expect(head).toContain('href="/admin/client/web/edit">Edit');
      expect(head).toMatch(/People <span class="n">1<\/span>/);
      expect(head).toMatch(/Secrets <span class="n">1<\/span>/);
      expect(head).not.toMatch(/Webhooks <span/);
      expect(head.match(/aria-current="page"/g)).toHaveLength(1);
      if (tabs.includes(tab)) expect(head).toContain(`href="/admin/client/web${tab}" aria-current="page"`);
    }
    expect(
      new Set(await Promise.all(tabs.map(async (tab) => titleOf(await admin.visit(`/admin/client/web${tab}`))))).size,
    ).toBe(8);
  });

  it('has no people for a service, and no secrets for a client without one', async () => {
    expect((await admin.visit('/admin/client/service')).text).not.toContain('/admin/client/service/people');
    expect((await admin.visit('/admin/client/spa')).text).not.toContain('/admin/client/spa/secrets');
  });

  it('lists the people who allowed the client something, and leads to ending it', async () => {
    const page = await admin.visit('/admin/client/web/people');
    expect(page.text).toContain('one-of-them@example.com');
    expect(page.text).toMatch(/href="\/admin\/account\/[^"]*\/disconnect\?client_id=web"/);
  });
});

describe('a list', () => {
  beforeAll(async () => {
    await server.db.script(`INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type)
      SELECT 'many-' || n, 'Many ' || lpad(n::text, 3, '0'), '{}', 'none', '', 'spa' FROM generate_series(1, 60) n;
      INSERT INTO accounts (id, email, name) SELECT 'acc_many' || n, 'many' || n || '@example.com', 'M' FROM generate_series(1, 60) n;
      INSERT INTO failed_requests (client_id, at, request_id, endpoint, error, parameters)
        SELECT 'web', now(), 'req_' || n, 'token', 'invalid_grant', '{}' FROM generate_series(1, 60) n;
      INSERT INTO consents (account_id, client_id, granted) SELECT 'acc_many' || n, 'spa', '{}' FROM generate_series(1, 60) n;
      INSERT INTO webhook_deliveries (id, client_id, type, body, status, due_at)
        SELECT 'msg_' || n, 'web', 'webhook.test', '{}', 'delivered', NULL FROM generate_series(1, 60) n;
      DO $$ BEGIN FOR n IN 1..60 LOOP PERFORM append_audit('cli', 'thing.done', 'client:spa', '{}', NULL); END LOOP; END $$`);
  });

  it.each([
    ['/admin/clients?q=many', /60 match “many”\. Clear/],
    ['/admin/accounts?q=many', /60 match “many”\. Clear/],
    ['/admin/audit?action=thing.&target=client:spa', /60 match action “thing\.” and target “client:spa”\. Clear/],
    ['/admin/client/web/errors', /60 failed requests/],
    ['/admin/errors', /\d+ failed requests/],
    ['/admin/client/spa/people', /60 people/],
    ['/admin/client/spa/history', /\d+ lines on record/],
    ['/admin/client/web/webhooks', /60 deliveries, newest first/],
  ])('%s says how many there are, and has numbered pages', async (path, count) => {
    const page = await admin.visit(path);
    expect(textOf(page)).toMatch(count);
    expect(textOf(page)).toMatch(/1 to 25 of \d+/);
    const third = /<a href="([^"]*)" aria-label="Page 3">3/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') as string;
    const last = await admin.visit(`${path.split('?')[0]}${third}`);
    expect(textOf(last)).toMatch(/51 to \d+ of \d+/);
    expect(last.text).toMatch(/aria-current="page" aria-label="Page 3"/);
    const previous = /href="([^"]*)">Previous/.exec(last.text)?.[1]?.replaceAll('&amp;', '&') as string;
    expect(textOf(await admin.visit(`${path.split('?')[0]}${previous}`))).toMatch(/26 to 50 of \d+/);
  });

  it.each([
    ['/admin/clients?q=nowhere&type=web&state=verified', /No client matches “nowhere”.*type Web and state Verified/],
    ['/admin/accounts?q=nowhere&role=admin', /No account matches “nowhere”.*role Admin/],
    ['/admin/audit?actor=nobody&from=2026-01-01', /You look for actor “nobody” and from “2026-01-01”/],
  ])('%s repeats what was asked for when it finds nothing', async (path, said) => {
    expect(textOf(await admin.visit(path))).toMatch(said);
  });

  it('is empty far beyond its end, without an error', async () => {
    for (const path of [
      '/admin/clients',
      '/admin/accounts',
      '/admin/audit',
      '/admin/errors',
      '/admin/client/web/people',
    ]) {
      for (const page of ['399', '999999', '0', '-1', 'x']) {
        expect((await admin.visit(`${path}?page=${page}`)).status, `${path} ${page}`).toBe(200);
      }
    }
  });
});
