import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/operations/accounts.ts';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { verifyClient } from '../../src/operations/client-review.ts';
import { createClient, disableClient, enableClient, rotateSecret, updateClient } from '../../src/operations/clients.ts';
import { disconnect } from '../../src/operations/grants.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { hasValidChecksum } from '../../src/policy/token-format.ts';
import { findActiveAccount } from '../../src/store/account-facts.ts';
import { insertCodeWithGrant } from '../../src/store/authorization-codes.ts';
import { findClientForEngine } from '../../src/store/clients.ts';
import { saveConsent } from '../../src/store/consents.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { auditOf, rowsOf } from '../support/rows.ts';

let test: TestDatabase;
let db: Database;
let other: Database;
let accountId: string;
const actor = { id: 'cli', requestId: 'request-1' };
const people = { type: 'spa', redirect_uris: ['https://app.example/callback'] } as const;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  other = openDatabase({ url: test.url, poolSize: 10, timeouts: patientTimeouts });
  const input = { email: 'person@example.com', name: 'Person', password: 'a long enough password' };
  accountId = (await createAccount(db, createPasswords({ maxWaitMs: 600_000 }), input, actor)).id;
});
afterAll(async () => {
  await other.close();
  await test.drop();
});

let made = 0;
async function newClient(input: object): Promise<{ id: string; secret: string }> {
  const { client, clientSecret } = await createClient(
    db,
    { client_name: 'An app', client_id: `client-${++made}`, ...input },
    actor,
  );
  return { id: client.client_id, secret: clientSecret as string };
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const liveHashes = async (id: string) => (await findClientForEngine(db, id))?.secrets.map(({ hash }) => hash).sort();

let codes = 0;
/** The ids of the grants that were stored. */
const stored: string[] = [];
/** An authorization by the person; false if it failed. */
async function authorize(on: Database, clientId: string): Promise<boolean> {
  await saveConsent(on, { accountId, clientId, granted: ['projects:read'], refused: [] }).catch(() => {});
  const grantId = `grant-${++codes}`;
  const codeHash = Buffer.from(`code-${codes}`);
  const result = await insertCodeWithGrant(on, {
    grantId,
    accountId,
    clientId,
    grantPayload: {},
    codeHash,
    payload: {},
    expiresAt: Date.now() / 1000 + 60,
    sessionsValidFrom: (await findActiveAccount(on, accountId))?.sessions_valid_from,
    scopes: ['projects:read'],
    clientRevision: (await findClientForEngine(on, clientId))?.revision ?? '0',
  });
  if (result === 'stored') stored.push(grantId);
  return result === 'stored';
}

describe('createClient', () => {
  it('shows a secret once and keeps its hash only', async () => {
    const { id, secret } = await newClient({ type: 'service' });
    expect(secret).toMatch(/^vcs_cs_[\w-]{50}$/);
    expect(hasValidChecksum(secret)).toBe(true);
    expect(await liveHashes(id)).toEqual([hashOf(secret)]);
    const everything = await rowsOf(
      db,
      'SELECT c::text, s::text FROM clients c JOIN client_secrets s USING (client_id)',
    );
    const log = await rowsOf(db, 'SELECT a::text FROM audit_events a');
    expect(JSON.stringify([everything, log])).not.toContain(secret);
  });

  it('gives public clients no secret, and ids that cannot be guessed', async () => {
    const one = await createClient(db, { client_name: 'One', ...people }, actor);
    const two = await createClient(db, { client_name: 'Two', ...people }, actor);
    expect(one.clientSecret).toBeUndefined();
    expect(one.client.client_id).toMatch(/^vcs_client_[0-9a-f]{24}$/);
    expect(two.client.client_id).not.toBe(one.client.client_id);
  });

  it('is recorded', async () => {
    const { id } = await newClient(people);
    expect(await auditOf(db, `client:${id}`)).toEqual([
      expect.objectContaining({ action: 'client.created', actor: 'cli', request_id: 'request-1' }),
    ]);
  });

  it('refuses an id that is taken, and one that URLs or headers would have to escape', async () => {
    const { id } = await newClient(people);
    await expect(newClient({ ...people, client_id: id })).rejects.toMatchObject({ kind: 'conflict' });
    for (const wrong of ['', 'a:b', 'a b', 'a\0b', 'é', 'x'.repeat(101)]) {
      await expect(newClient({ ...people, client_id: wrong })).rejects.toMatchObject({ kind: 'invalid' });
    }
  });
});

describe('updateClient', () => {
  it('changes what is named, sets null to the default and keeps the rest', async () => {
    const { id } = await newClient({ ...people, scope: 'projects:read', client_uri: 'https://app.example' });
    const { client } = await updateClient(db, id, { client_name: 'Renamed', client_uri: null }, actor);
    expect(client).toMatchObject({ client_name: 'Renamed', client_uri: null, scope: 'projects:read', type: 'spa' });
    const [, event] = await auditOf(db, `client:${id}`);
    expect(event).toMatchObject({
      action: 'client.updated',
      details: {
        before: { client_name: 'An app', client_uri: 'https://app.example' },
        after: { client_name: 'Renamed', client_uri: null },
      },
    });
  });

  it('checks the whole client against the rules', async () => {
    const { id } = await newClient({ ...people, default_scope: 'projects:write' });
    const narrower = updateClient(db, id, { scope: 'projects:read' }, actor);
    await expect(narrower).rejects.toMatchObject({ kind: 'invalid', details: { default_scope: expect.any(String) } });
    await expect(updateClient(db, id, { type: 'native' }, actor)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(updateClient(db, 'nobody', {}, actor)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('gives a secret to a client that needs one now, and removes those of one that does not', async () => {
    const { id } = await newClient({ ...people, type: 'web', token_endpoint_auth_method: 'none' });
    const { clientSecret } = await updateClient(db, id, { token_endpoint_auth_method: 'client_secret_post' }, actor);
    expect(await liveHashes(id)).toEqual([hashOf(clientSecret as string)]);
    await updateClient(db, id, { token_endpoint_auth_method: 'client_secret_basic' }, actor);
    expect(await liveHashes(id)).toEqual([hashOf(clientSecret as string)]);
    await updateClient(db, id, { token_endpoint_auth_method: 'none' }, actor);
    expect(await liveHashes(id)).toEqual([]);
  });
});

describe('rotateSecret', () => {
  it('ends the old secret at once, or after some days', async () => {
    const { id, secret: first } = await newClient({ type: 'service' });
    const { clientSecret: second } = await rotateSecret(db, id, { keepOldForDays: 7 }, actor);
    expect(await liveHashes(id)).toEqual([hashOf(first), hashOf(second)].sort());
    const [row] = await rowsOf(
      db,
      `SELECT extract(epoch FROM max(expires_at) - now()) / 86400 AS days FROM client_secrets WHERE client_id = '${id}'`,
    );
    expect(Number(row?.days)).toBeCloseTo(7, 2);
    const { clientSecret: third } = await rotateSecret(db, id, {}, actor);
    expect(await liveHashes(id)).toEqual([hashOf(third)]);
    expect(await rowsOf(db, `SELECT 1 FROM client_secrets WHERE client_id = '${id}'`)).toHaveLength(1);
  });

  it('never extends a secret that was to end sooner', async () => {
    const { id } = await newClient({ type: 'service' });
    await db.script(`UPDATE client_secrets SET expires_at = now() + interval '1 hour' WHERE client_id = '${id}'`);
    await rotateSecret(db, id, { keepOldForDays: 90 }, actor);
    const [row] = await rowsOf(
      db,
      `SELECT max(expires_at) < now() + interval '2 hours' AS soon FROM client_secrets WHERE client_id = '${id}'`,
    );
    expect(row?.soon).toBe(true);
  });

  it('leaves two, however many rotate at once', async () => {
    const { id } = await newClient({ type: 'service' });
    const rotations = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        rotateSecret([db, other][i % 2] as Database, id, { keepOldForDays: 1 }, actor),
      ),
    );
    const live = (await liveHashes(id)) ?? [];
    expect(live).toHaveLength(2);
    const issued = rotations.map(({ clientSecret }) => hashOf(clientSecret));
    for (const hash of live) expect(issued).toContain(hash);
  });

  it.each([-1, 91, Number.NaN])('refuses %d days', async (keepOldForDays) => {
    const { id } = await newClient({ type: 'service' });
    await expect(rotateSecret(db, id, { keepOldForDays }, actor)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('refuses clients without secrets', async () => {
    const { id } = await newClient(people);
    await expect(rotateSecret(db, id, {}, actor)).rejects.toMatchObject({ kind: 'invalid' });
  });
});

describe('disabling, enabling, deleting', () => {
  const revocation = async (id: string) => {
    const rows = await rowsOf(
      db,
      `SELECT kind, value, extract(epoch FROM expires_at - now()) AS seconds FROM token_revocation
       WHERE value = '${id}' ORDER BY seq`,
    );
    return rows.map(({ kind, seconds }) => [kind, seconds === null ? null : Math.round(Number(seconds) / 60) + 0]);
  };

  it('disabling ends families and refuses every token of the client without end', async () => {
    const { id } = await newClient(people);
    expect(await authorize(db, id)).toBe(true);
    expect((await disableClient(db, id, actor, 'Tried')).status).toBe('disabled');
    expect(await rowsOf(db, `SELECT 1 FROM grants WHERE client_id = '${id}'`)).toEqual([]);
    expect(await revocation(`grant-${codes}`)).toEqual([['gid', 120]]);
    expect(await revocation(id)).toEqual([['client_id', null]]);
    expect(await authorize(db, id)).toBe(false);
    await disableClient(db, id, actor, 'Tried');
    expect(await revocation(id)).toHaveLength(1);
    expect((await auditOf(db, `client:${id}`)).map(({ action }) => action)).toEqual([
      'client.created',
      'client.disabled',
    ]);
  });

  it('enabling notifies followers by a new entry that ends at once for apps of people, whose families have ended', async () => {
    const { id } = await newClient(people);
    await disableClient(db, id, actor, 'Tried');
    const [before] = await rowsOf(db, `SELECT seq FROM token_revocation WHERE value = '${id}'`);
    expect((await enableClient(db, id, actor)).status).toBe('active');
    expect(await revocation(id)).toEqual([['client_id', 0]]);
    const [after] = await rowsOf(
      db,
      `SELECT seq, expires_at <= now() AS over FROM token_revocation WHERE value = '${id}'`,
    );
    expect(BigInt(after?.seq as string)).toBeGreaterThan(BigInt(before?.seq as string));
    expect(after?.over).toBe(true);
  });

  it('enabling keeps refusing old tokens for one token life for clients that act for themselves', async () => {
    const { id } = await newClient({ type: 'service' });
    await enableClient(db, id, actor);
    expect(await revocation(id)).toEqual([]);
    await disableClient(db, id, actor, 'Tried');
    await enableClient(db, id, actor);
    expect(await revocation(id)).toEqual([['client_id', 120]]);
  });

  it('enabling ends a family that began while the client was disabled', async () => {
    const { id } = await newClient(people);
    await disableClient(db, id, actor, 'Tried');
    await db.script(`INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on)
      VALUES ('late-${id}', '${accountId}', '${id}', '{}', now() + interval '1 hour', current_date + 1)`);
    await enableClient(db, id, actor);
    expect(await rowsOf(db, `SELECT 1 FROM grants WHERE client_id = '${id}'`)).toEqual([]);
    expect(await revocation(`late-${id}`)).toEqual([['gid', 120]]);
  });

  it('deleting leaves nothing but the revocation and the audit log', async () => {
    const { id } = await newClient({ ...people, type: 'web' });
    await authorize(db, id);
    await disableClient(db, id, actor, 'Tried');
    await deleteClient(db, id, actor);
    for (const table of ['clients', 'client_secrets', 'consents', 'grants']) {
      expect(await rowsOf(db, `SELECT 1 FROM ${table} WHERE client_id = '${id}'`)).toEqual([]);
    }
    expect(await revocation(id)).toEqual([['client_id', 120]]);
    expect((await auditOf(db, `client:${id}`)).map(({ action }) => action)).toContain('client.deleted');
    await expect(deleteClient(db, id, actor)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('deleting a client that never acts for itself leaves its id free: its families have ended', async () => {
    const { id } = await newClient(people);
    await deleteClient(db, id, actor);
    expect(await revocation(id)).toEqual([['client_id', 0]]);
  });

  it('no authorization survives a deletion or disabling at the same moment, and none deadlocks with it', async () => {
    stored.length = 0;
    for (let round = 0; round < 20; round += 1) {
      const { id } = await newClient(people);
      await authorize(db, id);
      const end = round % 2 === 0 ? deleteClient : disableClient;
      const outcomes = await Promise.allSettled([
        ...Array.from({ length: 4 }, () => authorize(other, id)),
        end(db, id, actor, 'Tried'),
        disconnect(other, { accountId, clientId: id }, actor),
      ]);
      const faults = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as { code?: string }] : []));
      // The foreign key refuses a consent or grant of a deleted client.
      for (const { code } of faults) expect(code).toBe('23503');
      if (end === disableClient) await enableClient(db, id, actor);
      expect(await rowsOf(db, `SELECT 1 FROM grants WHERE client_id = '${id}'`)).toEqual([]);
    }
    // Gateways learn of each: nothing else tells them of the tokens of a deleted app.
    const revoked = await rowsOf(db, "SELECT value FROM token_revocation WHERE kind = 'gid'");
    expect(stored.filter((id) => !revoked.some(({ value }) => value === id))).toEqual([]);
  });
});

it('every change notifies the nodes', async () => {
  const heard: string[] = [];
  const listener = await test.database.pgPool.connect();
  listener.on('notification', ({ payload }) => heard.push(payload as string));
  await listener.query('LISTEN clients');
  const { id } = await newClient({ ...people, type: 'web' });
  const changes = [
    () => updateClient(db, id, { client_name: 'Other' }, actor),
    () => rotateSecret(db, id, {}, actor),
    () => verifyClient(db, id, actor, 'Tried'),
    () => disableClient(db, id, actor, 'Tried'),
    () => enableClient(db, id, actor),
    () => deleteClient(db, id, actor),
  ];
  for (const change of changes) {
    await listener.query('SELECT 1');
    heard.length = 0;
    await change();
    await listener.query('SELECT 1');
    expect(heard).toContain(id);
  }
  await listener.query('UNLISTEN *');
  listener.release();
});
