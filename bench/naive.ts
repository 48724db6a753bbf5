/**
 * The variant "naive": the engine over PostgreSQL like in the engine's example adapters, with one table for all models, a
 * row for each artifact, payloads as jsonb, and unnamed statements through a pool. Started by engine-variant.ts.
 */

import type { Adapter, AdapterPayload } from 'oidc-provider';
import pg from 'pg';
import { serveEngine } from './engine-server.ts';
import type { Person } from './engine-storage.ts';
import { emailOf, people } from './scenario.ts';

const schema = `
  CREATE TABLE oidc (
    id text, type text, payload jsonb NOT NULL, grant_id text, user_code text, uid text,
    expires_at timestamptz, consumed_at timestamptz, PRIMARY KEY (id, type));
  CREATE INDEX ON oidc (grant_id);
  CREATE INDEX ON oidc (user_code);
  CREATE INDEX ON oidc (uid);
  CREATE TABLE accounts (id text PRIMARY KEY, email text NOT NULL UNIQUE, password_hash text NOT NULL)`;

await serveEngine(async ({ databaseUrl, passwordHash }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl as string, max: 10 });
  await pool.query(schema);
  await pool.query(
    `INSERT INTO accounts SELECT 'acc_bench' || n, replace($1, '0', n::text), $2 FROM generate_series(1, $3::int) n`,
    [emailOf(0), passwordHash, people],
  );
  await pool.query('ANALYZE accounts');
  let statements = 0;
  const query = async <Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> => {
    statements += 1;
    return (await pool.query<Row>(text, values)).rows;
  };
  return {
    adapter: (model) => adapter(model, query),
    addClient: (client) => adapter('Client', query).upsert(client.client_id, client, 0) as Promise<void>,
    async findPerson(by, value) {
      const [person] = await query<Person>(`SELECT * FROM accounts WHERE ${by} = $1`, [value]);
      return person;
    },
    statements: () => statements,
  };
});

interface Row {
  payload: AdapterPayload;
  expires_at: Date | null;
  consumed_at: Date | null;
}

type Query = <R extends pg.QueryResultRow>(text: string, values: unknown[]) => Promise<R[]>;

function adapter(type: string, query: Query): Adapter {
  const findBy = async (column: 'id' | 'uid' | 'user_code', value: string): Promise<AdapterPayload | undefined> => {
    const text = `SELECT payload, expires_at, consumed_at FROM oidc WHERE ${column} = $1 AND type = $2`;
    const [row] = await query<Row>(text, [value, type]);
    if (!row || (row.expires_at && row.expires_at.getTime() < Date.now())) return undefined;
    return row.consumed_at ? { ...row.payload, consumed: true } : row.payload;
  };
  return {
    find: (id) => findBy('id', id),
    findByUid: (uid) => findBy('uid', uid),
    findByUserCode: (userCode) => findBy('user_code', userCode),
    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn ? new Date(Date.now() + expiresIn * 1000) : null;
      await query(
        `INSERT INTO oidc (id, type, payload, grant_id, user_code, uid, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
          ON CONFLICT (id, type) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
            user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`,
        [id, type, JSON.stringify(payload), payload.grantId, payload.userCode, payload.uid, expiresAt],
      );
    },
    async consume(id) {
      await query('UPDATE oidc SET consumed_at = now() WHERE id = $1 AND type = $2', [id, type]);
    },
    async destroy(id) {
      await query('DELETE FROM oidc WHERE id = $1 AND type = $2', [id, type]);
    },
    async revokeByGrantId(grantId) {
      await query('DELETE FROM oidc WHERE grant_id = $1 AND type = $2', [grantId, type]);
    },
  };
}
