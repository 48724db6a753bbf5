import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccount } from '../../src/operations/accounts.ts';
import { createClient } from '../../src/operations/clients.ts';
import { disconnect, revokeGrant } from '../../src/operations/grants.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { findActiveAccount } from '../../src/store/account-facts.ts';
import { insertCodeWithGrant } from '../../src/store/authorization-codes.ts';
import { findClientForEngine } from '../../src/store/clients.ts';
import { findConsent, saveConsent } from '../../src/store/consents.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { listGrants } from '../../src/store/grant-list.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { auditOf, rowsOf } from '../support/rows.ts';

const actor = { id: 'cli' };
let test: TestDatabase;
let db: Database;
let other: Database;
let accountId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  other = openDatabase({ url: test.url, poolSize: 10, timeouts: patientTimeouts });
  const input = { email: 'p@example.com', name: 'P', password: 'a long enough password' };
  accountId = (await createAccount(db, createPasswords({ maxWaitMs: 600_000 }), input, actor)).id;
  for (const client_id of ['app', 'second']) {
    await createClient(
      db,
      { client_id, client_name: 'App', type: 'spa', redirect_uris: ['https://app.example/'] },
      actor,
    );
  }
});
afterAll(async () => {
  await other.close();
  await test.drop();
});

let made = 0;
async function authorize(clientId: string, on: Database = db): Promise<string | undefined> {
  const grantId = `g${++made}`;
  const born = await insertCodeWithGrant(on, {
    grantId,
    accountId,
    clientId,
    grantPayload: {},
    codeHash: Buffer.from(grantId),
    payload: {},
    expiresAt: Date.now() / 1000 + 60,
    sessionsValidFrom: (await findActiveAccount(on, accountId))?.sessions_valid_from,
    scopes: ['projects:read'],
    clientRevision: (await findClientForEngine(on, clientId))?.revision ?? '0',
  });
  return born === 'stored' ? grantId : undefined;
}

const consent = (clientId: string) => saveConsent(db, { accountId, clientId, granted: ['projects:read'], refused: [] });

it('revoking one device ends its family and keeps the consent', async () => {
  await consent('app');
  const [one, two] = [(await authorize('app')) as string, (await authorize('app')) as string];
  await revokeGrant(db, one, actor);
  expect((await listGrants(db, { accountId, limit: 10 })).map(({ id }) => id)).toEqual([two]);
  expect(await findConsent(db, accountId, 'app')).toBeDefined();
  expect(await rowsOf(db, `SELECT kind FROM token_revocation WHERE value = '${one}'`)).toEqual([{ kind: 'gid' }]);
  expect(await auditOf(db, `grant:${one}`)).toMatchObject([{ action: 'grant.revoked', actor: 'cli' }]);
  await expect(revokeGrant(db, one, actor)).rejects.toMatchObject({ kind: 'not_found' });
});

it('disconnecting ends the consent and every family of this app and no other', async () => {
  await consent('app');
  await consent('second');
  await authorize('app');
  const bystander = await authorize('second');
  const alive = (await listGrants(db, { clientId: 'app', limit: 10 })).length;
  expect(await disconnect(db, { accountId, clientId: 'app' }, actor)).toEqual({ familiesEnded: alive });
  expect(await findConsent(db, accountId, 'app')).toBeUndefined();
  expect(await authorize('app')).toBeUndefined();
  expect((await listGrants(db, { accountId, limit: 10 })).map(({ id }) => id)).toEqual([bystander]);
  const before = (await auditOf(db, 'client:app')).length;
  expect(await disconnect(db, { accountId, clientId: 'app' }, actor)).toEqual({ familiesEnded: 0 });
  expect(await auditOf(db, 'client:app')).toHaveLength(before);
});

it('no authorization survives a disconnection at the same moment', async () => {
  for (let round = 0; round < 25; round += 1) {
    await consent('app');
    const first = made + 1;
    const [, ...born] = await Promise.all([
      disconnect(db, { accountId, clientId: 'app' }, actor),
      ...Array.from({ length: 6 }, () => authorize('app', other)),
    ]);
    expect(await listGrants(db, { clientId: 'app', limit: 10 })).toEqual([]);
    const ids = born.filter((id) => id !== undefined);
    const dead = await db.pgPool.query("SELECT 1 FROM token_revocation WHERE kind = 'gid' AND value = ANY ($1)", [ids]);
    expect([first, dead.rowCount]).toEqual([first, ids.length]);
  }
});

it('living grants are listed by page, the newest first', async () => {
  await consent('second');
  for (let i = 0; i < 4; i += 1) await authorize('second');
  const all = await listGrants(db, { clientId: 'second', limit: 100 });
  const pages: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await listGrants(db, { clientId: 'second', limit: 2, ...(after ? { after } : {}) });
    pages.push(...page.map(({ id }) => id));
    after = page.at(-1)?.id;
    if (!after) break;
  }
  expect(pages).toEqual(all.map(({ id }) => id));
  expect(pages[0]).toBe(`g${made}`);
  await db.script(`UPDATE grants SET expires_at = now() - interval '1 second' WHERE id = 'g${made}'`);
  expect((await listGrants(db, { clientId: 'second', limit: 1 }))[0]?.id).toBe(`g${made - 1}`);
});
