/** People that receivers of Shared Signals have removed from their streams. */
import type { Db, Statement } from './database.ts';

const addStatement: Statement = {
  name: 'signal-subject-remove',
  text: `WITH added AS (INSERT INTO signal_removed_subjects (stream_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1)
    UPDATE signal_streams SET subjects_removed = subjects_removed + 1 WHERE stream_id = $1 AND EXISTS (SELECT FROM added)`,
};

/** With the stream locked. */
export async function removeSubject(trx: Db, streamId: string, accountId: string): Promise<void> {
  await trx.run(addStatement, [streamId, accountId]);
}

const undoStatement: Statement = {
  name: 'signal-subject-add',
  text: `WITH gone AS (DELETE FROM signal_removed_subjects WHERE stream_id = $1 AND account_id = $2 RETURNING 1)
    UPDATE signal_streams SET subjects_removed = subjects_removed - 1 WHERE stream_id = $1 AND EXISTS (SELECT FROM gone)`,
};

/** With the stream locked. */
export async function addSubject(trx: Db, streamId: string, accountId: string): Promise<void> {
  await trx.run(undoStatement, [streamId, accountId]);
}

const amongStatement: Statement = {
  name: 'signal-subjects-removed',
  text: 'SELECT account_id FROM signal_removed_subjects WHERE stream_id = $1 AND account_id = ANY ($2)',
};

/** Returns those of the people that were removed from the stream. */
export async function removedAmong(
  db: Db,
  streamId: string,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.run<{ account_id: string }>(amongStatement, [streamId, accountIds]);
  return new Set(rows.map(({ account_id: id }) => id));
}
