/** The audit log in tests: sealed now, and as servers wrote it before there were seals. */
import { auditKeys, sealAll } from '../../src/operations/seal-audit.ts';
import type { Database } from '../../src/store/database.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { testSecret } from './standard.ts';

export const testKeys = auditKeys(createSealer([testSecret]));

/** Seals what has been committed. */
export async function seal(db: Database, keys = testKeys): Promise<void> {
  if ((await sealAll(db, keys)) > 0) throw new Error('events are left without a seal');
}

/** Makes the events so far look as the servers before seals left them: numbered and hashed one after the other. */
export async function hashAsBefore(db: Database): Promise<void> {
  await db.script(`TRUNCATE audit_unsealed, audit_seals; DO $$
    DECLARE
      one record;
      number bigint := 0;
      before bytea := '\\x';
    BEGIN
      FOR one IN SELECT * FROM audit_events ORDER BY seq LOOP
        number := number + 1;
        UPDATE audit_events SET seq = number, prev_hash = before,
            hash = audit_hash(before, number, at, actor, action, target, details, request_id)
          WHERE seq = one.seq RETURNING hash INTO before;
      END LOOP;
    END $$`);
}
