/** A client that an account owns: what the owner may do, what only admins may do, and who is not an owner. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/operations/accounts.ts';
import { verifyClient } from '../../src/operations/client-review.ts';
import { createClient, disableClient, updateClient } from '../../src/operations/clients.ts';
import {
  getOwnClient,
  removeOwnSecret,
  rollOwnSecret,
  submitOwnClient,
  updateOwnClient,
} from '../../src/operations/own-clients.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { fieldsOfOwner } from '../../src/policy/client/ownership.ts';
import { fieldNames } from '../../src/policy/client/schema.ts';
import { listClientSecrets } from '../../src/store/client-secrets.ts';
import { getClient, lockClient } from '../../src/store/clients.ts';
import type { Database } from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { auditOf, rowsOf } from '../support/rows.ts';

let test: TestDatabase;
let db: Database;
let owner: { id: string; email: string };
let other: { id: string; email: string };
const admin = { id: 'cli' };
const by = () => ({ id: `account:${owner.id}`, requestId: 'request-1' });

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  const passwords = createPasswords({ maxWaitMs: 600_000 });
  const add = (email: string) =>
    createAccount(db, passwords, { email, name: 'Person', password: 'a long enough password' }, admin);
  owner = await add('owner@example.com');
  other = await add('other@example.com');
});
afterAll(() => test.drop());

let made = 0;
const complete = {
  description: 'Shows figures',
  owner_name: 'Metrics Ltd',
  client_uri: 'https://metrics.example',
  policy_uri: 'https://metrics.example/privacy',
  contacts: ['dev@metrics.example'],
};
async function newClient(input: object = {}) {
  made += 1;
  const { client } = await createClient(
    db,
    {
      client_id: `own-${made}`,
      client_name: `Metrics ${made}`,
      type: 'web',
      redirect_uris: ['https://metrics.example/cb'],
      owner_email: owner.email,
      ...input,
    } as never,
    admin,
  );
  return client;
}
const mine = (clientId: string) => ({ accountId: owner.id, clientId });
const everything = async (clientId: string) => ({
  client: await getClient(db, clientId),
  secrets: await listClientSecrets(db, clientId),
  lines: (await auditOf(db, `client:${clientId}`)).length,
});
const kindOf = (work: Promise<unknown>) => work.then(() => 'done').catch((error) => error.kind ?? error);

describe('an account that does not own a client', () => {
  it.each([
    ['another account', () => other.id],
    ['an account that does not exist', () => 'nobody'],
  ])('is told by every verb that the client does not exist, and changes nothing: %s', async (_who, id) => {
    const client = await newClient(complete);
    const foreign = { accountId: id(), clientId: client.client_id };
    const asOf = client.updated_at;
    const [secret] = await listClientSecrets(db, client.client_id);
    const before = await everything(client.client_id);
    const verbs = [
      () => getOwnClient(db, foreign),
      () => updateOwnClient(db, foreign, { client_name: 'Taken' }, by(), { asOf }),
      () => rollOwnSecret(db, foreign, { newest: secret?.id as string, keepOldForDays: 0 }, by()),
      () => removeOwnSecret(db, foreign, secret?.id as string, by()),
      () => submitOwnClient(db, foreign, by()),
    ];
    for (const verb of verbs) expect(await kindOf(verb())).toBe('not_found');
    expect(await everything(client.client_id)).toEqual(before);
  });

  it('does not get a client without an owner', async () => {
    const client = await newClient({ owner_email: null });
    expect(await kindOf(getOwnClient(db, mine(client.client_id)))).toBe('not_found');
    expect(await kindOf(submitOwnClient(db, mine(client.client_id), by()))).toBe('not_found');
  });

  it('changes nothing if it was replaced as owner while its change waited', async () => {
    const client = await newClient();
    const waiting = `SELECT count(*)::integer AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const { late } = await db.transaction(async (trx) => {
      await lockClient(trx, client.client_id);
      const change = kindOf(rollOwnSecret(db, mine(client.client_id), { newest: 'any', keepOldForDays: 0 }, by()));
      await eventually(async () => (await rowsOf(db, waiting))[0]?.n).toBe(1);
      await updateClient(trx, client.client_id, { owner_email: other.email }, admin);
      return { late: change };
    });
    expect(await late).toBe('not_found');
  });
});

describe('an owner', () => {
  it('changes what people read and where codes go, and their name is recorded', async () => {
    const client = await newClient();
    const changes = {
      client_name: 'Metrics Dashboard',
      redirect_uris: ['https://metrics.example/cb', 'https://metrics.example/callback'],
      description: 'Shows figures',
    };
    const changed = await updateOwnClient(db, mine(client.client_id), changes, by(), { asOf: client.updated_at });
    expect(changed).toMatchObject(changes);
    const lines = await auditOf(db, `client:${client.client_id}`);
    expect(lines.at(-1)).toMatchObject({
      actor: `account:${owner.id}`,
      action: 'client.updated',
      request_id: 'request-1',
      details: { before: { client_name: client.client_name }, after: changes },
    });
  });

  it.each(fieldNames.filter((name) => !(fieldsOfOwner as readonly string[]).includes(name)))(
    'does not change %s: an admin does',
    async (name) => {
      const client = await newClient();
      const changes = { client_name: 'Renamed', [name]: client[name as never] ?? 'x' } as never;
      const before = await everything(client.client_id);
      const refused = updateOwnClient(db, mine(client.client_id), changes, by(), { asOf: client.updated_at });
      await expect(refused).rejects.toMatchObject({ kind: 'invalid', details: { [name]: 'is changed by an admin' } });
      expect(await everything(client.client_id)).toEqual(before);
    },
  );

  it('puts a verified app back in review when its redirect addresses change', async () => {
    const client = await newClient(complete);
    const verified = await verifyClient(db, client.client_id, admin, 'Checked');
    const redirect_uris = ['https://elsewhere.example/cb'];
    const owned = mine(client.client_id);
    const changed = await updateOwnClient(db, owned, { redirect_uris }, by(), { asOf: verified.updated_at });
    expect([changed.verified_at, changed.submitted_at]).toEqual([null, expect.any(Date)]);
  });

  it('who saw an older state of the client changes nothing', async () => {
    const client = await newClient();
    const asOf = client.updated_at;
    await updateClient(db, client.client_id, { description: 'By an admin' }, admin);
    const before = await everything(client.client_id);
    const late = updateOwnClient(db, mine(client.client_id), { client_name: 'Late' }, by(), { asOf });
    expect(await kindOf(late)).toBe('conflict');
    expect(await everything(client.client_id)).toEqual(before);
  });

  it.each([
    ['first-party', { first_party: true }],
    ['gateway', { type: 'service', gateway_resource: 'https://api.vibecaas.com', redirect_uris: [] }],
  ])('neither edits nor submits a %s client, but rolls its secret', async (_what, input) => {
    const client = await newClient({ ...complete, ...input });
    const owned = mine(client.client_id);
    const before = await everything(client.client_id);
    const asOf = client.updated_at;
    expect(await kindOf(updateOwnClient(db, owned, { client_name: 'Mine' }, by(), { asOf }))).toBe('forbidden');
    expect(await kindOf(submitOwnClient(db, owned, by()))).toBe('forbidden');
    expect(await everything(client.client_id)).toEqual(before);
    const newest = before.secrets[0]?.id as string;
    expect(await rollOwnSecret(db, owned, { newest, keepOldForDays: 7 }, by())).toMatch(/^vcs_cs_/);
  });

  it('of a suspended client makes no secret and edits nothing, but can end a leaked secret', async () => {
    const client = await newClient(complete);
    await disableClient(db, client.client_id, admin, 'Phishing');
    const owned = mine(client.client_id);
    const before = await everything(client.client_id);
    const { updated_at: asOf } = before.client;
    const newest = before.secrets[0]?.id as string;
    expect(await kindOf(updateOwnClient(db, owned, { client_name: 'Mine' }, by(), { asOf }))).toBe('forbidden');
    expect(await kindOf(rollOwnSecret(db, owned, { newest, keepOldForDays: 0 }, by()))).toBe('forbidden');
    expect(await everything(client.client_id)).toEqual(before);
    await removeOwnSecret(db, owned, newest, by());
    expect(await listClientSecrets(db, client.client_id)).toEqual([]);
  });

  it('makes one secret with a form that is sent twice at once', async () => {
    const client = await newClient();
    const [secret] = await listClientSecrets(db, client.client_id);
    const roll = () =>
      rollOwnSecret(db, mine(client.client_id), { newest: secret?.id as string, keepOldForDays: 7 }, by());
    const answers = await Promise.all([roll(), roll(), roll()]);
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
    expect(await listClientSecrets(db, client.client_id)).toHaveLength(2);
  });

  it('submits for review once nothing is missing, and is told what is missing until then', async () => {
    const client = await newClient({ contacts: complete.contacts });
    const owned = mine(client.client_id);
    await expect(submitOwnClient(db, owned, by())).rejects.toMatchObject({
      kind: 'invalid',
      details: {
        description: 'is missing',
        owner_name: 'is missing',
        client_uri: 'is missing',
        policy_uri: 'is missing',
      },
    });
    await updateOwnClient(db, owned, complete, by(), { asOf: (await getClient(db, client.client_id)).updated_at });
    expect((await submitOwnClient(db, owned, by())).submitted_at).toEqual(expect.any(Date));
    expect(await kindOf(submitOwnClient(db, owned, by()))).toBe('conflict');
  });
});
