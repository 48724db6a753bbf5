/** Reads tables directly, for tests that check what is stored. */
import type { Database } from '../../src/store/database.ts';

export async function rowsOf(db: Database, sql: string): Promise<Record<string, unknown>[]> {
  return (await db.pgPool.query(sql)).rows;
}

/** Counts the statements that wait for a lock. */
export async function waitingForLocks(db: Database): Promise<number> {
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return (await rowsOf(db, waiting)).length;
}

/** Returns the audit events of a target, oldest first. */
export async function auditOf(db: Database, target: string): Promise<Record<string, unknown>[]> {
  const text = 'SELECT actor, action, details, request_id FROM audit_events WHERE target = $1 ORDER BY seq';
  return (await db.pgPool.query(text, [target])).rows;
}
