/** The pages of a person's API keys, form by form. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeApiKeys } from '../../../src/oidc/api-keys.ts';
import { createAccount } from '../../../src/operations/accounts.ts';
import { createPasswords } from '../../../src/operations/passwords.ts';
import { hasFormOfApiKey } from '../../../src/policy/api-keys.ts';
import { sha256 } from '../../../src/store/sealer.ts';
import { ageSignIn, signedInAs } from '../../support/admin.ts';
import { makeKey } from '../../support/api-keys.ts';
import { checked, newPerson, type Page, type Person } from '../../support/person.ts';
import { password, startTestServer, type TestServer } from '../../support/server.ts';

const home = '/account/api-keys';
let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer();
  ada = await signedInAs(server, server.person.email);
});
afterAll(() => server.stop());

const visit = (path = home, person = ada) => person.visit(`${server.issuer}${path}`);
const complete = { name: 'Nightly backup', environment: 'live', scope: ['projects:read', 'ai:generate'], expiry: '90' };
const send = async (fields: Record<string, string | string[]>, page?: Page) =>
  ada.submit(page ?? (await visit(`${home}/new`)), `${home}/new`, fields);
const secretOn = (page: Page): string => /<code id="secret">([^<]+)<\/code>/.exec(page.text)?.[1] ?? '';
const rows = async (text: string, values: unknown[] = []) => (await server.db.pgPool.query(text, values)).rows;
const count = async () => (await rows('SELECT count(*)::integer AS n FROM api_keys'))[0].n as number;

/** What gateways learn of a key. */
async function introspected(secret: string) {
  const deps = { db: server.db, issuer: server.issuer, audience: 'https://api.vibecaas.com', aiInTest: false };
  const { answers } = await describeApiKeys(deps, [sha256(secret)], 'gateway');
  return answers[0];
}

describe('the list of keys', () => {
  it('says what keys are for and how to use one, if there are no keys', async () => {
    const { status, text } = await visit();
    expect(status).toBe(200);
    for (const words of ['No keys yet', `href="${home}/new"`, 'href="/docs/api-keys"', 'development and production']) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/<a href="\/account\/api-keys" aria-current="page">API keys<\/a>/);
  });

  it('shows what a key may do, its end, its last use and its networks, and warns a week before the end', async () => {
    const { key } = await makeKey(server, {
      name: 'Soon <over>',
      networks: ['203.0.113.0/24'],
      expiresAt: new Date(Date.now() + 5 * 86_400_000 - 60_000),
    });
    await rows("UPDATE api_keys SET last_used_at = now(), last_used_address = '203.0.113.9' WHERE id = $1", [key.id]);
    const { text } = await visit();
    for (const words of [
      'Soon &lt;over&gt;',
      `vcs_sk_live_…${key.last_four}`,
      'Ends in 5 days',
      'last used just now from <span class="mono">203.0.113.9</span>',
      'only from <span class="mono">203.0.113.0/24</span>',
      'AI on your account',
    ]) {
      expect(text).toContain(words);
    }
    await rows('DELETE FROM api_keys');
  });
});

describe('a new key', () => {
  it('is made with nothing chosen for the person but a test key of 90 days', async () => {
    const page = await visit(`${home}/new`);
    expect(checked(page, 'scope')).toEqual([]);
    expect([checked(page, 'environment'), checked(page, 'expiry')]).toEqual([['test'], ['90']]);
    expect(page.text).toContain('and no AI');
  });

  it('is shown once, and works as it was asked for', async () => {
    const page = await send({ ...complete, networks: '203.0.113.7, 2001:DB8::/32' });
    const secret = secretOn(page);
    expect([page.status, hasFormOfApiKey(secret)]).toEqual([200, true]);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).toContain(`VIBECAAS_API_KEY=${secret}`);
    expect(await introspected(secret)).toMatchObject({ active: true, scope: 'projects:read ai:generate' });
    const [key] = await rows('SELECT *, expires_at - created_at AS life FROM api_keys');
    expect(key).toMatchObject({ name: 'Nightly backup', environment: 'live', projects: null });
    expect(key.networks).toEqual(['203.0.113.7/32', '2001:db8::/32']);
    expect(Math.round((key.expires_at - key.created_at) / 86_400_000)).toBe(90);
    const list = await visit();
    expect(list.text).toContain('Nightly backup');
    expect(list.text).not.toContain(secret);
  });

  it('is made once, however often its form is sent', async () => {
    const form = await visit(`${home}/new`);
    const before = await count();
    const pages = await Promise.all([1, 2, 3].map(() => send(complete, form)));
    expect(pages.filter((page) => secretOn(page) !== '')).toHaveLength(1);
    expect(await count()).toBe(before + 1);
    expect((await send(complete, form)).text).toContain('its key was made then');
  });

  it('ends on the day that was chosen, or never', async () => {
    const [day] = new Date(Date.now() + 40 * 86_400_000).toISOString().split('T');
    await send({ ...complete, name: 'Dated', expiry: 'date', day: day ?? '' });
    await send({ ...complete, name: 'Endless', expiry: 'never' });
    const [dated] = await rows("SELECT expires_at FROM api_keys WHERE name = 'Dated'");
    expect(dated.expires_at.toISOString()).toBe(`${day}T23:59:59.000Z`);
    expect(await rows("SELECT expires_at FROM api_keys WHERE name = 'Endless'")).toEqual([{ expires_at: null }]);
  });

  it.each([
    ['no name', { name: ' ' }, 'Name must have 1 to 100 characters'],
    ['a name of an invisible character', { name: 'a\u202eb' }, 'Name must not have control or invisible characters'],
    ['no scope', { scope: [] }, 'Choose at least one of these.'],
    ['a scope that keys cannot have', { scope: ['openid'] }, 'Choose at least one of these.'],
    ['no such environment', { environment: 'prod' }, 'Choose one of these.'],
    ['no such end', { expiry: '3000' }, 'Choose one of these.'],
    ['no day', { expiry: 'date', day: '' }, 'Its last day must be a day that is still to come'],
    ['what is no day', { expiry: 'date', day: '2027-02-31x' }, 'Its last day must be a day that is still to come'],
    ['a day in the past', { expiry: 'date', day: '2020-01-01' }, 'Its last day must be in the future'],
    ['a day in twelve years', { expiry: 'date', day: '2039-01-01' }, 'Its last day must be within ten years'],
    ['what is no network', { networks: '10.0.0.0/40' }, 'Networks must be addresses or networks such as'],
    ['21 networks', { networks: Array.from({ length: 21 }, (_, i) => `10.0.0.${i}`).join('\n') }, 'at most 20 entries'],
  ])('is refused with %s, and nothing typed is lost', async (_, wrong, said) => {
    const before = await count();
    const typed = { ...complete, networks: '192.0.2.0/24', ...wrong };
    const page = await send(typed);
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    expect(page.text).toContain('The key was not made.');
    expect(checked(page, 'scope')).toEqual([typed.scope].flat().filter((one) => one !== 'openid'));
    expect(page.text).toContain(`\n${typed.networks}</textarea>`);
    expect(await count()).toBe(before);
  });

  it('is refused when the account has a hundred, and the form stays filled in', async () => {
    await rows(`INSERT INTO api_keys (id, account_id, key_hash, environment, last_four, name, scope)
      SELECT 'key_full' || i, '${server.person.id}', sha256(i::text::bytea), 'test', 'aaaa', 'x', '{projects:read}' FROM generate_series(1, 100) i`);
    const page = await send(complete);
    expect([
      page.status,
      page.text.includes('100 keys that work'),
      page.text.includes('value="Nightly backup"'),
    ]).toEqual([409, true, true]);
    await rows("DELETE FROM api_keys WHERE id LIKE 'key_full%'");
  });

  it('is refused when 200 were made within a day, and so is a rotation, and both pages say so', async () => {
    const { key } = await makeKey(server);
    await rows(`INSERT INTO api_keys (id, account_id, key_hash, environment, last_four, name, scope, revoked_at)
      SELECT 'key_day' || i, '${server.person.id}', sha256(i::text::bytea), 'test', 'aaaa', 'x', '{projects:read}', now() FROM generate_series(1, 200) i`);
    const before = await count();
    const rotation = `${home}/${key.id}/rotate`;
    for (const page of [await send(complete), await ada.submit(await visit(rotation), rotation, { days: '0' })]) {
      expect([page.status, page.text.includes('You have made 200 keys within a day')]).toEqual([409, true]);
    }
    expect(await count()).toBe(before);
    expect(await rows(`SELECT revoked_at FROM api_keys WHERE id = '${key.id}'`)).toEqual([{ revoked_at: null }]);
    await rows("UPDATE api_keys SET created_at = now() - interval '25 hours' WHERE id LIKE 'key_day%'");
    expect(secretOn(await send(complete))).not.toBe('');
    await rows("DELETE FROM api_keys WHERE id LIKE 'key_day%'");
  });

  it.each([
    ['name', { name: '', networks: 'nowhere' }],
    ['scope', { scope: [], networks: 'nowhere' }],
    ['day', { expiry: 'date', day: '2001-01-01', networks: 'nowhere' }],
    ['networks', { networks: 'nowhere' }],
  ])('that is refused gives the focus to the first field that is wrong: %s', async (name, wrong) => {
    const { status, text } = await send({ ...complete, ...wrong });
    expect(status).toBe(422);
    const focused = [...text.matchAll(/<(?:input|textarea|fieldset)[^>]* autofocus[^>]*>/g)].map(([field]) => field);
    expect(focused.map((field) => /aria-describedby="(\w+)-problem/.exec(field)?.[1])).toEqual([name]);
  });

  it('needs the anti-forgery field, a session, and a recent sign-in', async () => {
    const before = await count();
    const body = new URLSearchParams({ ...complete, scope: 'projects:read' });
    const post = (person: Person) => person.request(`${home}/new`, { method: 'POST', body });
    expect((await post(ada)).status).toBe(403);
    const stranger = await post(newPerson(server.issuer));
    expect(stranger.headers.get('location')).toMatch(/^\/sign-in/);
    const form = await visit(`${home}/new`);
    await ageSignIn(server, server.person.id);
    const asked = await send(complete, form);
    expect(asked.text).toContain('confirm_password');
    expect(await count()).toBe(before);
    const made = await ada.submit(asked, `${home}/new`, { confirm_password: password });
    expect(secretOn(made)).not.toBe('');
  });
});

describe('a key', () => {
  const fresh = async () => {
    await rows('DELETE FROM api_keys');
    return makeKey(server, { name: 'CI' });
  };

  it('is rotated with an overlap, and not twice', async () => {
    const { key, secret: old } = await fresh();
    const path = `${home}/${key.id}/rotate`;
    const form = await visit(path);
    expect(checked(form, 'days')).toEqual(['7']);
    const page = await ada.submit(form, path, { days: '1' });
    expect(await introspected(secretOn(page))).toMatchObject({ active: true });
    expect(await introspected(old)).toMatchObject({ active: true });
    expect(page.text).toContain('works until');
    const again = await ada.submit(form, path, { days: '1' });
    expect([again.status, again.text.includes('This key cannot be rotated.')]).toEqual([409, true]);
    const list = await visit();
    expect([list.text.includes('Replaced'), list.text.includes(`${key.id}/rotate`)]).toEqual([true, false]);
    expect((await visit(path)).text).toContain('This key cannot be rotated.');
    const advice = [old, secretOn(page)].map(async (secret) => {
      const [{ id }] = await rows('SELECT id FROM api_keys WHERE key_hash = $1', [sha256(secret)]);
      return (await visit(`${home}/${id}/revoke`)).text.includes('rotate it');
    });
    expect(await Promise.all(advice), 'rotate instead').toEqual([false, true]);
  });

  it('that leaked is rotated without an overlap', async () => {
    const { key, secret: old } = await fresh();
    const path = `${home}/${key.id}/rotate`;
    const page = await ada.submit(await visit(path), path, { days: '0' });
    expect(await introspected(old)).toEqual({ active: false });
    expect(page.text).toContain('has ended');
    const wrong = await ada.submit(
      await visit(path.replace(key.id, (await rows('SELECT id FROM api_keys WHERE rotated_from IS NOT NULL'))[0].id)),
      '/rotate',
      { days: '400' },
    );
    expect([wrong.status, wrong.text.includes('Choose one of these.')]).toEqual([422, true]);
  });

  it('is revoked after a question, and listed as ended', async () => {
    const { key, secret } = await fresh();
    const path = `${home}/${key.id}/revoke`;
    const page = await visit(path);
    expect(page.text).toContain('refused within a second');
    const open = await visit(`${home}/${key.id}`);
    const list = await ada.submit(page, path, {});
    expect(list.text).toContain('<bdi>CI</bdi> is revoked.');
    expect(list.text).toContain('No key works now');
    for (const [form, fields] of [
      ['remove', { scope: 'ai:generate' }],
      ['limit', { days: '1' }],
      ['edit', { name: 'CI, east' }],
    ] as const) {
      const late = await ada.submit(open, `${home}/${key.id}/${form}`, fields);
      expect([form, late.status, late.text.includes('This key has ended.')]).toEqual([form, 200, true]);
    }
    expect(await introspected(secret)).toEqual({ active: false });
    expect((await visit()).text).toContain('Ended keys');
    expect((await ada.submit(page, path, {})).status).toBe(200);
    expect((await visit(`${home}/${key.id}`)).text).toContain('Every call with it is refused.');
    expect((await visit('/account/activity')).text).toContain(
      `API key <b><code>vcs_sk_live_…${key.last_four}</code></b> revoked`,
    );
  });

  it('is limited on its page, and never widened', async () => {
    const { key } = await fresh();
    const path = `${home}/${key.id}`;
    const page = await visit(path);
    expect((await ada.submit(page, `${path}/remove`, { scope: 'ai:generate' })).text).toContain(
      '“AI on your account” is removed.',
    );
    expect((await ada.submit(page, `${path}/limit`, { days: '30' })).text).toContain('The end is set.');
    expect((await ada.submit(page, `${path}/limit`, { days: '90' })).status).toBe(400);
    const saved = await ada.submit(page, `${path}/edit`, { name: 'CI, east', networks: '203.0.113.1' });
    expect(saved.text).toContain('Saved.');
    expect((await rows('SELECT name, scope, networks FROM api_keys'))[0]).toEqual({
      name: 'CI, east',
      scope: ['projects:read'],
      networks: ['203.0.113.1/32'],
    });
    const wrong = await ada.submit(page, `${path}/edit`, { name: '', networks: 'here' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('\nhere</textarea>');
    // A page that is open in another tab still offers to remove the last permission.
    const last = await ada.submit(page, `${path}/remove`, { scope: 'projects:read' });
    expect(last.text).toContain('To remove this one too, revoke the key.');
    expect(last.text).not.toContain('the key goes on with the rest');
    expect((await rows('SELECT scope FROM api_keys'))[0]).toEqual({ scope: ['projects:read'] });
  });

  it('does not exist for anybody else, and no form works without its anti-forgery field', async () => {
    const { key, secret } = await fresh();
    await createAccount(
      server.db,
      createPasswords({ maxWaitMs: 600_000 }),
      { email: 'eve@example.com', name: 'Eve', password },
      { id: 'test' },
    );
    const eve = await signedInAs(server, 'eve@example.com');
    for (const path of ['', '/rotate', '/revoke'])
      expect((await visit(`${home}/${key.id}${path}`, eve)).status).toBe(404);
    const page = await visit(`${home}/new`, eve);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    for (const form of ['rotate', 'revoke', 'remove', 'limit', 'edit']) {
      const sent = { days: '1', scope: 'ai:generate', name: 'x' };
      const post = (person: Person, more = {}) =>
        person.request(`${home}/${key.id}/${form}`, {
          method: 'POST',
          body: new URLSearchParams({ ...sent, ...more }),
        });
      expect([form, (await post(eve, { csrf })).status]).toEqual([form, 404]);
      expect([form, (await post(ada)).status]).toEqual([form, 403]);
    }
    expect(await introspected(secret)).toMatchObject({ active: true, scope: 'projects:read ai:generate' });
    expect(await count()).toBe(1);
  });
});
