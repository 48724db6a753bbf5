/** Mails about API keys: which act sends one, to whom, and what it says in each language. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { tellOfEndingKeys } from '../../src/operations/api-key-mails.ts';
import { createApiKey, revokeApiKey, rotateApiKey, updateApiKey } from '../../src/operations/api-keys.ts';
import { findApiKey } from '../../src/store/api-keys.ts';
import type { Database } from '../../src/store/database.ts';
import { renderMail } from '../../views/mails/index.ts';
import { inLanguage } from '../../views/messages/index.ts';
import { languageCodes } from '../../views/messages/languages.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson } from '../support/server.ts';

let test: TestDatabase;
let db: Database;
let owner: { id: string; email: string };
beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  owner = await addPerson(db, 'owner@example.com');
});
afterAll(() => test.drop());
beforeEach(async () => {
  await db.script('DELETE FROM mails; DELETE FROM api_keys');
});

const admin = { id: 'account:admin', ip: '198.51.100.1', powers: 'everything' } as const;
const byOwner = () => ({
  id: `account:${owner.id}`,
  ip: '192.0.2.1',
  userAgent: 'Mozilla/5.0 Firefox/140.0',
  language: 'de',
});
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const make = (more: object = {}, actor: { id: string } = byOwner()) => {
  const rights = { scope: ['projects:read'], projects: null, networks: null, expiresAt: inDays(30) } as const;
  return createApiKey(db, owner.id, { name: 'CI', environment: 'live', ...rights, ...more }, actor);
};
const mails = () => rowsOf(db, 'SELECT kind, recipient, facts FROM mails ORDER BY seq');
const move = (id: string, days: number) =>
  db.pgPool.query(
    'UPDATE api_keys SET created_at = created_at - make_interval(days => $2), expires_at = expires_at - make_interval(days => $2) WHERE id = $1',
    [id, days],
  );

it('a person learns of each key that is made, and from where; never the key', async () => {
  const { key, secret } = await make();
  const next = await rotateApiKey(db, key.id, { overlapSeconds: 86_400 }, byOwner());
  const looks = `vcs_sk_live_…${key.last_four}`;
  const from = { ip: '192.0.2.1', userAgent: 'Mozilla/5.0 Firefox/140.0', at: expect.any(String) };
  expect(await mails()).toMatchObject([
    {
      kind: 'api_key_made',
      recipient: owner.email,
      facts: { name: 'CI', looks, rotated: false, by: 'person', ...from },
    },
    {
      kind: 'api_key_made',
      recipient: owner.email,
      facts: { looks: `vcs_sk_live_…${next.key.last_four}`, rotated: true },
    },
  ]);
  expect(JSON.stringify(await mails())).not.toContain(secret);
});

it('a person learns what others do with their keys, but not from where', async () => {
  const { key } = await make({}, admin);
  await revokeApiKey(db, key.id, { id: 'cli:ada@host', ip: '198.51.100.1' });
  expect(await mails()).toMatchObject([
    { kind: 'api_key_made', facts: { by: 'admin' } },
    { kind: 'api_key_revoked', recipient: owner.email, facts: { name: 'CI' } },
  ]);
  expect(JSON.stringify(await mails())).not.toContain('198.51.100.1');
});

it('a person learns which rights others took from a key, as they were and as they are', async () => {
  const { key } = await make({ scope: ['projects:read', 'ai:generate'] });
  await db.script('DELETE FROM mails');
  const end = inDays(3);
  const less = { scope: ['projects:read'], projects: ['docs'], networks: ['203.0.113.0/24'], expiresAt: end } as const;
  await updateApiKey(db, key.id, { name: 'Other name' }, admin);
  expect(await mails()).toEqual([]);
  await updateApiKey(db, key.id, less, admin);
  const looks = `vcs_sk_live_…${key.last_four}`;
  const facts = {
    ...{ at: expect.any(String), name: 'Other name', looks, by: 'admin', further: false },
    scope: { before: ['projects:read', 'ai:generate'], after: ['projects:read'] },
    projects: { before: null, after: ['docs'] },
    networks: { before: null, after: ['203.0.113.0/24'] },
    expires_at: { before: key.expires_at?.toISOString(), after: end.toISOString() },
  };
  expect(await mails()).toEqual([{ kind: 'api_key_changed', recipient: owner.email, facts }]);
  await updateApiKey(db, key.id, less, admin);
  expect(await mails()).toHaveLength(1);
});

it('only a reason lets others use a key from more networks, and its owner learns of it', async () => {
  const { key } = await make({ networks: ['203.0.113.0/24', '2001:db8::/32'] });
  await db.script('DELETE FROM mails');
  const wider = [null, ['203.0.112.0/23'], ['203.0.113.7', '198.51.100.1'], ['2001:db8::/31']] as const;
  for (const networks of wider) {
    for (const reason of [undefined, ' ']) {
      const refused = updateApiKey(db, key.id, { networks }, { ...admin, ...(reason && { reason }) });
      await expect(refused).rejects.toMatchObject({ kind: 'invalid', details: { reason: 'is required' } });
    }
  }
  expect([await mails(), (await findApiKey(db, key.id))?.networks]).toEqual([[], key.networks]);
  await updateApiKey(db, key.id, { networks: ['203.0.113.7', '2001:db8:1::/48'] }, admin);
  await updateApiKey(db, key.id, { networks: null }, { ...admin, reason: 'Its servers have moved.' });
  expect((await mails()).map(({ facts }) => facts)).toMatchObject([
    { by: 'admin', further: false, networks: { before: key.networks, after: ['203.0.113.7/32', '2001:db8:1::/48'] } },
    { by: 'admin', further: true, networks: { before: ['203.0.113.7/32', '2001:db8:1::/48'], after: null } },
  ]);
  expect(JSON.stringify(await mails())).not.toContain('198.51.100.1');
  expect((await auditOf(db, `account:${owner.id}`)).at(-1)).toMatchObject({
    actor: admin.id,
    action: 'api_key.changed',
    details: {
      ...{ key_id: key.id, reason: 'Its servers have moved.', networks: null },
      before: { networks: ['203.0.113.7/32', '2001:db8:1::/48'] },
    },
  });
});

it('people learn that their own key works from more networks, and from where that was done; of nothing less', async () => {
  const { key } = await make({ networks: ['203.0.113.0/24'] });
  await db.script('DELETE FROM mails');
  await updateApiKey(db, key.id, { networks: ['203.0.113.7'], expiresAt: inDays(3) }, byOwner());
  expect(await mails()).toEqual([]);
  await updateApiKey(db, key.id, { networks: ['203.0.113.8'] }, byOwner());
  const networks = { before: ['203.0.113.7/32'], after: ['203.0.113.8/32'] };
  expect(await mails()).toMatchObject([
    { kind: 'api_key_changed', facts: { by: 'person', further: true, ip: '192.0.2.1', networks } },
  ]);
});

it('what people end themselves needs no mail', async () => {
  const { key } = await make();
  await revokeApiKey(db, key.id, byOwner());
  expect((await mails()).map(({ kind }) => kind)).toEqual(['api_key_made']);
});

it('a person learns a week before that a key ends, once, however many nodes look', async () => {
  const { key } = await make({ name: 'Backup' });
  await make({ expiresAt: null });
  await db.script('DELETE FROM mails');
  expect(await tellOfEndingKeys(db)).toBe(0);
  await move(key.id, 24);
  const told = await Promise.all([1, 2, 3].map(() => tellOfEndingKeys(db)));
  expect(told.reduce((sum, one) => sum + one, 0)).toBe(1);
  const ends = expect.stringMatching(/^20\d\d-.*Z$/);
  expect(await mails()).toMatchObject([
    { kind: 'api_key_ending', recipient: owner.email, facts: { name: 'Backup', ends } },
  ]);
});

it.each<[string, () => Promise<unknown>]>([
  [
    'that was replaced',
    async () => {
      const { key } = await make();
      await rotateApiKey(db, key.id, { overlapSeconds: 30 * 86_400 }, byOwner());
      await move(key.id, 24);
    },
  ],
  [
    'that was revoked',
    async () => {
      const { key } = await make();
      await move(key.id, 24);
      await revokeApiKey(db, key.id, byOwner());
    },
  ],
  ['that has ended', async () => move((await make()).key.id, 31)],
  ['that was made for a week', () => make({ expiresAt: inDays(6) })],
  [
    'of a suspended account',
    async () => {
      await move((await make()).key.id, 24);
      await db.script(`UPDATE accounts SET status = 'suspended'`);
    },
  ],
])('nobody is told of the end of a key %s', async (_, prepare) => {
  await prepare();
  await db.script('DELETE FROM mails');
  const told = await tellOfEndingKeys(db);
  await db.script(`UPDATE accounts SET status = 'active'`);
  expect([told, await mails()]).toEqual([0, []]);
});

it.each(languageCodes)('the mails in %s name the key and lead to the page of keys', async (language) => {
  const facts = { at: '2026-11-24T07:52:44Z', name: 'Nightly <b>', looks: 'vcs_sk_live_…9u2T' };
  const to = { to: owner.email, issuer: 'https://auth.vibecaas.com' };
  const networks = { before: ['203.0.113.0/24'], after: null };
  const less = {
    scope: { before: ['projects:read', 'ai:generate'], after: ['projects:read'] },
    projects: { before: null, after: ['docs', 'shop'] },
    networks: { before: null, after: ['198.51.100.0/24', '2001:db8::/32'] },
    expires_at: { before: null, after: '2026-12-01T07:52:44Z' },
  };
  const rendered = await inLanguage(language, () => [
    renderMail({ kind: 'api_key_made', facts: { ...facts, rotated: false, by: 'person', ip: '192.0.2.1' }, ...to }),
    renderMail({ kind: 'api_key_made', facts: { ...facts, rotated: true, by: 'admin' }, ...to }),
    renderMail({ kind: 'api_key_changed', facts: { ...facts, by: 'person', further: true, networks }, ...to }),
    renderMail({ kind: 'api_key_changed', facts: { ...facts, by: 'admin', further: true, networks }, ...to }),
    renderMail({ kind: 'api_key_changed', facts: { ...facts, by: 'admin', further: false, ...less }, ...to }),
    renderMail({ kind: 'api_key_revoked', facts, ...to }),
    renderMail({ kind: 'api_key_ending', facts: { ...facts, ends: '2026-12-01T07:52:44Z' }, ...to }),
  ]);
  expect(new Set(rendered.map(({ subject }) => subject)).size).toBe(6);
  expect(new Set(rendered.map(({ text }) => text)).size).toBe(rendered.length);
  for (const { text } of rendered.slice(2, 4)) expect(text).toContain('203.0.113.0/24');
  for (const words of ['docs, shop', '198.51.100.0/24, 2001:db8::/32', '07:52 UTC'])
    expect(rendered[4]?.text).toContain(words);
  for (const { html, text } of rendered) {
    for (const part of [html, text]) {
      for (const words of ['9u2T', 'https://auth.vibecaas.com/account/api-keys']) expect(part).toContain(words);
    }
    expect([html.includes('Nightly &lt;b&gt;'), text.includes('Nightly <b>')]).toEqual([true, true]);
  }
});
