/** Clients that were registered before assertions had to name the issuer alone keep the audiences that they send. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { createEmptyDatabase } from '../support/database.ts';

const migrations = new URL('../../migrations/', import.meta.url);

test('a client with assertions may go on naming endpoints, and every other client may not', async () => {
  const { url, drop } = await createEmptyDatabase();
  const path = await mkdtemp(join(tmpdir(), 'vcauth-migrations-'));
  const before = (source: string) => !(Number(/(\d{4})_[^/]*\.sql$/.exec(source)?.[1]) >= 53);
  await cp(migrations, path, { recursive: true, filter: before });
  await migrate(url, () => {}, pathToFileURL(`${path}/`));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await drop();
    await rm(path, { recursive: true });
  });
  const add = `INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type)
    VALUES ($1, $1, '{client_credentials}', $2, 'projects:read', 'service')`;
  await client.query(add, ['signer', 'private_key_jwt']);
  await client.query(add, ['keeper', 'client_secret_basic']);
  await migrate(url, () => {});
  // A node of before, which does not know the columns.
  await client.query(add, ['late', 'private_key_jwt']);
  const { rows } = await client.query(
    'SELECT client_id, assertion_audience, workload_identities FROM clients ORDER BY client_id',
  );
  expect(rows).toEqual([
    { client_id: 'keeper', assertion_audience: 'issuer', workload_identities: [] },
    { client_id: 'late', assertion_audience: 'issuer', workload_identities: [] },
    { client_id: 'signer', assertion_audience: 'endpoint', workload_identities: [] },
  ]);
});
