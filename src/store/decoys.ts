/**
 * The shares of accounts whose hash is still that of another system (policy/decoys.ts). Counting them takes a while, so one
 * node does it now and then, and stores the result where all nodes read the same.
 */
import type { Decoy } from '../policy/decoys.ts';
import type { Db, Statement } from './database.ts';
import { backgroundTimeouts } from './timeouts.ts';

/** Some systems vary the cost from account to account. What is rarer than these passes for ours, so that the list stays short. */
const maxKinds = 1_000;

const measureStatement: Statement = {
  name: 'decoys-measure',
  // The row also says when they were measured. The node that updates it does the work.
  text: `WITH due AS (
      INSERT INTO settings AS s (name, value) VALUES ('decoys_measured_at', now()::text)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
        WHERE s.value::timestamptz <= now() - make_interval(secs => $1)
      RETURNING 1),
    total AS (SELECT count(*) AS count FROM accounts WHERE password_hash IS NOT NULL
      AND EXISTS (SELECT FROM due) AND EXISTS (SELECT FROM imported_accounts)),
    foreign_hashes AS (
      SELECT i.decoy_hash AS hash, count(*) AS count FROM imported_accounts i JOIN accounts a ON a.id = i.account_id
        WHERE i.decoy_hash IS NOT NULL AND NOT starts_with(a.password_hash, $2) AND EXISTS (SELECT FROM due)
        GROUP BY i.decoy_hash ORDER BY count(*) DESC, i.decoy_hash LIMIT ${maxKinds})
    INSERT INTO settings AS s (name, value)
      SELECT 'decoys', coalesce((SELECT jsonb_agg(jsonb_build_object('hash', f.hash, 'share', f.count::float8 / t.count)
        ORDER BY f.hash) FROM foreign_hashes f CROSS JOIN total t), '[]')::text FROM due
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
};

/** Measures, unless any node did so within `minAgeSeconds`. Hashes that begin with `ours` are ours. */
export async function measureDecoys(
  db: Db,
  { minAgeSeconds, ours }: { minAgeSeconds: number; ours: string },
): Promise<void> {
  await db.transaction((trx) => trx.run(measureStatement, [minAgeSeconds, ours]), { timeouts: backgroundTimeouts });
}

const readStatement: Statement = { name: 'decoys-read', text: `SELECT value FROM settings WHERE name = 'decoys'` };

export async function readDecoys(db: Db): Promise<Decoy[]> {
  const [row] = await db.run<{ value: string }>(readStatement, []);
  return row ? (JSON.parse(row.value) as Decoy[]) : [];
}
