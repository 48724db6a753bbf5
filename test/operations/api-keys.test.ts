/** The keys of an account: who may make, change and end them, what is stored, and what the revocation list says of each change. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteAccount } from '../../src/operations/account-deletion.ts';
import { updateAccountFields } from '../../src/operations/account-update.ts';
import { createAccount, restoreAccount, suspendAccount } from '../../src/operations/accounts.ts';
import type { Actor } from '../../src/operations/actor.ts';
import type { ApiKeyInput } from '../../src/operations/api-key-input.ts';
import { searchApiKeys } from '../../src/operations/api-key-search.ts';
import { createApiKey, getOwnApiKey, revokeApiKey, rotateApiKey, updateApiKey } from '../../src/operations/api-keys.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { hasFormOfApiKey } from '../../src/policy/api-keys.ts';
import { introspectApiKeys, listApiKeys, noteApiKeysUsed, purgeApiKeys } from '../../src/store/api-keys.ts';
import type { Database } from '../../src/store/database.ts';
import { sha256 } from '../../src/store/sealer.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { auditOf, rowsOf } from '../support/rows.ts';

let test: TestDatabase;
let db: Database;
const admin = { id: 'cli' };
beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
});
afterAll(() => test.drop());

let owner: { id: string };
let other: { id: string };
const passwords = createPasswords({ maxWaitMs: 600_000 });
let people = 0;
const add = () =>
  createAccount(
    db,
    passwords,
    { email: `p${++people}@example.com`, name: 'Person', password: 'a long enough password' },
    admin,
  );
beforeEach(async () => {
  [owner, other] = [await add(), await add()];
});

const by = (): Actor => ({ id: `account:${owner.id}`, requestId: 'request-1', ip: '192.0.2.1' });
const valid: ApiKeyInput = {
  name: 'CI',
  environment: 'live',
  scope: ['projects:read', 'deployments:write'],
  projects: null,
  networks: null,
  expiresAt: null,
};
const make = (input: Partial<ApiKeyInput> = {}) => createApiKey(db, owner.id, { ...valid, ...input }, by());
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

async function answerAbout(secret: string) {
  const { keys } = await introspectApiKeys(db, [sha256(secret)], 'nobody');
  return keys[0];
}
const announced = async () =>
  (await rowsOf(db, "SELECT value FROM token_revocation WHERE kind = 'key_id' ORDER BY seq")).map(({ value }) => value);
const kindOf = (work: Promise<unknown>) => work.then(() => 'done').catch((error) => error.kind ?? error);

describe('a new key', () => {
  it('is stored as its hash, with what recognises it', async () => {
    const { key, secret } = await make({ name: '  CI  ', networks: ['203.0.113.7'] });
    expect(hasFormOfApiKey(secret)).toBe(true);
    expect(key).toMatchObject({
      account_id: owner.id,
      name: 'CI',
      last_four: secret.slice(-4),
      networks: ['203.0.113.7/32'],
      revoked_at: null,
      last_used_at: null,
    });
    const [row] = await rowsOf(db, `SELECT k::text AS row, key_hash FROM api_keys k WHERE id = '${key.id}'`);
    expect(row?.key_hash).toEqual(sha256(secret));
    expect(String(row?.row)).not.toContain(secret.slice(12, -4));
  });

  it('is made by an admin for themselves, like anybody’s', async () => {
    await db.pgPool.query("UPDATE accounts SET role = 'admin' WHERE id = $1", [owner.id]);
    expect((await make()).key.account_id).toBe(owner.id);
  });

  it('leaves one line in the audit log, without the key and its name', async () => {
    const { key, secret } = await make({ name: 'the name of it' });
    const lines = await auditOf(db, `account:${owner.id}`);
    expect(lines.at(-1)).toMatchObject({
      actor: `account:${owner.id}`,
      action: 'api_key.created',
      details: { key_id: key.id, environment: 'live', scope: 'projects:read deployments:write' },
    });
    expect(JSON.stringify(lines)).not.toContain(secret.slice(0, -6));
    expect(JSON.stringify(lines)).not.toContain('the name of it');
  });

  it('works at once, and nothing is announced of it', async () => {
    const before = await announced();
    const { key, secret } = await make({ expiresAt: inDays(30), projects: ['proj_1', 'proj_1'] });
    expect(await answerAbout(secret)).toMatchObject({
      id: key.id,
      account_id: owner.id,
      environment: 'live',
      scope: ['projects:read', 'deployments:write'],
      projects: ['proj_1'],
      tier: 'free',
      hash: sha256(secret).toString('base64url'),
    });
    expect(await announced()).toEqual(before);
  });

  it.each<[string, string, Actor | (() => Actor)]>([
    ['its owner', 'done', () => by()],
    ['the terminal', 'done', { id: 'cli' }],
    ['an admin who is signed in', 'done', { id: 'account:admin', powers: 'everything' }],
    ['another person', 'forbidden', () => ({ id: `account:${other.id}` })],
    ['a token with every scope', 'forbidden', { id: 'client:robot', powers: ['accounts:write', 'admins:write'] }],
    ['a token of an admin client that may do everything', 'forbidden', { id: 'client:robot', powers: 'everything' }],
  ])('may be made by %s: %s', async (_who, kind, actor) => {
    const who = typeof actor === 'function' ? actor() : actor;
    expect(await kindOf(createApiKey(db, owner.id, valid, who))).toBe(kind);
    expect(await listApiKeys(db, owner.id)).toHaveLength(kind === 'done' ? 1 : 0);
  });

  it('is refused with the problem of each field, and not stored', async () => {
    const work = make({ name: '', scope: [], networks: ['here'] });
    await expect(work).rejects.toMatchObject({
      kind: 'invalid',
      details: { name: expect.any(String), scope: expect.any(String), networks: expect.any(String) },
    });
    expect(await listApiKeys(db, owner.id)).toEqual([]);
  });

  it('is refused to a suspended account, and to one that has a hundred that work', async () => {
    await suspendAccount(db, owner.id, admin);
    expect(await kindOf(createApiKey(db, owner.id, valid, admin))).toBe('conflict');
    await restoreAccount(db, owner.id, admin);
    const { key } = await make();
    await db.script(`INSERT INTO api_keys (id, account_id, key_hash, environment, last_four, name, scope)
      SELECT id || n, account_id, sha256(n::text::bytea), environment, last_four, name, scope FROM api_keys, generate_series(1, 99) n
      WHERE id = '${key.id}'`);
    const results = await Promise.all([kindOf(make()), kindOf(make())]);
    expect(results).toEqual(['conflict', 'conflict']);
    expect(await kindOf(rotateApiKey(db, key.id, { overlapSeconds: 3_600 }, by()))).toBe('conflict');
    await revokeApiKey(db, key.id, by());
    const again = await Promise.all([kindOf(make()), kindOf(make())]);
    expect(again.toSorted()).toEqual(['conflict', 'done']);
  });
});

describe('a replaced key', () => {
  it('works for the overlap beside its successor, which has the same rights and lifetime', async () => {
    const old = await make({ expiresAt: inDays(90), projects: ['p'], networks: ['203.0.113.0/24'] });
    const { key, secret } = await rotateApiKey(db, old.key.id, { overlapSeconds: 3_600 }, by());
    expect(key).toMatchObject({ name: 'CI', projects: ['p'], networks: ['203.0.113.0/24'], rotated_from: old.key.id });
    expect(Math.abs((key.expires_at?.getTime() ?? 0) - inDays(90).getTime())).toBeLessThan(60_000);
    expect(secret).not.toBe(old.secret);
    const { expires_at: end = 0 } = (await answerAbout(old.secret)) ?? {};
    expect(Math.abs((end ?? 0) - Date.now() / 1000 - 3_600)).toBeLessThan(60);
    expect(await answerAbout(secret)).toMatchObject({ id: key.id });
    expect((await announced()).at(-1)).toBe(old.key.id);
  });

  it('never works longer than it would have, and ends at once without an overlap', async () => {
    const old = await make({ expiresAt: new Date(Date.now() + 60_000) });
    await rotateApiKey(db, old.key.id, { overlapSeconds: 86_400 }, by());
    expect((await answerAbout(old.secret))?.expires_at).toBeLessThan(Date.now() / 1000 + 61);
    const second = await make();
    await rotateApiKey(db, second.key.id, { overlapSeconds: 0 }, by());
    expect(await answerAbout(second.secret)).toBeUndefined();
  });

  it('is replaced once, also by two requests at the same time, and again when its successor has ended', async () => {
    const { key: old } = await make();
    const rotate = () => rotateApiKey(db, old.id, { overlapSeconds: 60 }, by());
    expect((await Promise.all([kindOf(rotate()), kindOf(rotate())])).toSorted()).toEqual(['conflict', 'done']);
    const [newest] = await listApiKeys(db, owner.id);
    await revokeApiKey(db, newest?.id as string, by());
    expect(await kindOf(rotate())).toBe('done');
  });

  it.each([-1, 1.5, Number.NaN, 31 * 86_400])('has no overlap of %d seconds', async (overlapSeconds) => {
    const { key, secret } = await make();
    expect(await kindOf(rotateApiKey(db, key.id, { overlapSeconds }, by()))).toBe('invalid');
    expect(await answerAbout(secret)).toBeDefined();
  });

  it('is no revoked one', async () => {
    const { key } = await make();
    await revokeApiKey(db, key.id, by());
    expect(await kindOf(rotateApiKey(db, key.id, { overlapSeconds: 0 }, by()))).toBe('conflict');
  });

  it('may be replaced by no token, which it goes on without', async () => {
    const { key, secret } = await make();
    const robot = { id: 'client:robot', powers: 'everything' as const };
    expect(await kindOf(rotateApiKey(db, key.id, { overlapSeconds: 0 }, robot))).toBe('forbidden');
    expect(await answerAbout(secret)).toBeDefined();
  });
});

describe('a change of a key', () => {
  it('takes rights away at once, and is announced', async () => {
    const { key, secret } = await make();
    await updateApiKey(
      db,
      key.id,
      { scope: ['projects:read'], networks: ['2001:db8::/32'], expiresAt: inDays(1) },
      by(),
    );
    expect(await answerAbout(secret)).toMatchObject({ scope: ['projects:read'], networks: ['2001:db8::/32'] });
    expect((await announced()).at(-1)).toBe(key.id);
    expect((await auditOf(db, `account:${owner.id}`)).at(-1)).toMatchObject({ action: 'api_key.changed' });
  });

  it('of its name alone is not announced', async () => {
    const { key } = await make();
    const before = await announced();
    expect((await updateApiKey(db, key.id, { name: 'Deploys' }, by())).name).toBe('Deploys');
    expect(await announced()).toEqual(before);
  });

  it.each<[string, Partial<ApiKeyInput>]>([
    ['scopes', { scope: ['projects:read', 'projects:write'] }],
    ['projects', { projects: null }],
    ['other projects', { projects: ['p', 'q'] }],
    ['time', { expiresAt: null }],
    ['more time', { expiresAt: inDays(20) }],
  ])('gives it no more %s', async (_what, changes) => {
    const { key } = await make({ projects: ['p'], expiresAt: inDays(10) });
    expect(await kindOf(updateApiKey(db, key.id, changes, by()))).toBe('invalid');
  });

  it('brings no ended key back', async () => {
    const { key, secret } = await make();
    await revokeApiKey(db, key.id, by());
    expect(await kindOf(updateApiKey(db, key.id, { name: 'again' }, by()))).toBe('conflict');
    expect(await kindOf(revokeApiKey(db, key.id, by()))).toBe('conflict');
    expect(await answerAbout(secret)).toBeUndefined();
  });

  it('by another person is as if there was no key', async () => {
    const { key, secret } = await make();
    const stranger = { id: `account:${other.id}` };
    const works = [
      updateApiKey(db, key.id, { name: 'mine' }, stranger),
      revokeApiKey(db, key.id, stranger),
      rotateApiKey(db, key.id, { overlapSeconds: 0 }, stranger),
      getOwnApiKey(db, other.id, key.id),
      getOwnApiKey(db, owner.id, 'key_unknown'),
    ];
    expect(await Promise.all(works.map(kindOf))).toEqual(works.map(() => 'not_found'));
    expect(await answerAbout(secret)).toBeDefined();
  });

  it('that is a revocation may come from a token that may change accounts', async () => {
    const { key } = await make();
    expect(await kindOf(revokeApiKey(db, key.id, { id: 'client:robot', powers: ['clients:write'] }))).toBe('forbidden');
    expect(await kindOf(revokeApiKey(db, key.id, { id: 'client:robot', powers: ['accounts:write'] }))).toBe('done');
  });
});

describe('the owner of a key', () => {
  it('takes it along: suspended and restored', async () => {
    const { key, secret } = await make();
    await suspendAccount(db, owner.id, admin);
    expect(await answerAbout(secret)).toBeUndefined();
    expect((await announced()).at(-1)).toBe(key.id);
    const before = (await announced()).length;
    await restoreAccount(db, owner.id, admin);
    expect(await answerAbout(secret)).toBeDefined();
    expect(await announced()).toHaveLength(before + 1);
  });

  it('takes it along: another tier', async () => {
    const { key, secret } = await make();
    await updateAccountFields(db, owner.id, { tier: 'pro' }, admin);
    expect(await answerAbout(secret)).toMatchObject({ tier: 'pro' });
    expect((await announced()).at(-1)).toBe(key.id);
  });

  it('takes it along: deleted', async () => {
    const { key, secret } = await make();
    await deleteAccount(db, owner.id, by());
    expect(await answerAbout(secret)).toBeUndefined();
    expect((await announced()).at(-1)).toBe(key.id);
  });
});

it('a key is found by its id, by itself and by its end', async () => {
  const { key, secret } = await make();
  const found = async (text: string) => (await searchApiKeys(db, text)).map(({ id }) => id);
  expect(await found(key.id)).toEqual([key.id]);
  expect(await found(` ${secret}\n`)).toEqual([key.id]);
  expect(await found(secret.slice(-4))).toContain(key.id);
  for (const text of ['', 'key_none', secret.slice(0, -1), '%', 'abc%', "'"]) expect(await found(text)).toEqual([]);
});

it('the last use of a key only moves forward, and never into the future', async () => {
  const { key } = await make();
  const now = Date.now() / 1000;
  const read = async () => (await listApiKeys(db, owner.id))[0];
  await noteApiKeysUsed(db, [{ keyId: key.id, at: now - 60, address: '192.0.2.1' }]);
  await noteApiKeysUsed(db, [{ keyId: key.id, at: now - 90, address: '192.0.2.2' }]);
  expect(await read()).toMatchObject({ last_used_at: new Date((now - 60) * 1000), last_used_address: '192.0.2.1' });
  await noteApiKeysUsed(db, [{ keyId: key.id, at: now + 9_999, address: null }]);
  expect((await read())?.last_used_at?.getTime()).toBeLessThan(Date.now() + 60_000);
  expect((await read())?.last_used_address).toBe('192.0.2.1');
});

it('an ended key is listed for ninety days, then deleted without a word', async () => {
  const { key } = await make();
  const { key: kept } = await make();
  await revokeApiKey(db, key.id, by());
  await db.script(`UPDATE api_keys SET revoked_at = now() - interval '91 days' WHERE id = '${key.id}'`);
  const before = await announced();
  expect(await purgeApiKeys(db, 100)).toBe(1);
  expect((await listApiKeys(db, owner.id)).map(({ id }) => id)).toEqual([kept.id]);
  expect(await announced()).toEqual(before);
});
