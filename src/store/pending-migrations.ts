/** Which migrations a database lacks, and what a start does about it. */
import { AppError } from '../errors.ts';
import type { Db } from './database.ts';
import { isThere, type LandedTable, landed, landedRows, landedTable, oldestServerRow } from './migrate.ts';
import { checkLanded, isNewer, type Migration, missingFrom, readMigrations } from './migration-files.ts';
import { queueIsUp, queueMigration, queueVersion } from './queue-names.ts';

/**
 * Returns the names of the files that migrate() would apply, and `queueMigration` if it would migrate the queues. Changes nothing.
 * @throws AppError conflict, as migrate() does
 */
export async function pendingMigrations(db: Db, folder: URL = landed): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const [table] = await db.run<LandedTable>(landedTable, []);
  if (!isThere(table)) return migrations.map(({ name }) => name);
  const done = await db.run<Migration>(landedRows, []);
  const oldest = isNewer(migrations, done) ? await db.run<{ version: number }>(oldestServerRow, []) : [];
  checkLanded(migrations, done, oldest[0]?.version);
  const pending = missingFrom(migrations, done).map(({ name }) => name);
  // The queues of a newer version stay.
  if (folder !== landed || isNewer(migrations, done)) return pending;
  const isUp = (await db.run(queueIsUp, [queueVersion])).length > 0;
  return isUp ? pending : [...pending, queueMigration];
}

/**
 * For a start that applies no migrations.
 * @param isPooled whether it would, but not through a pooler
 * @throws AppError conflict: migrations are missing
 */
export async function refusePending(db: Db, isPooled: boolean): Promise<void> {
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return;
  const why = isPooled ? 'It is behind a pooler, through which nothing is migrated' : 'AUTO_MIGRATE is off';
  const how = isPooled ? 'set DATABASE_DIRECT_URL, or run vcauth migrate with it' : 'run vcauth migrate first';
  throw new AppError('conflict', `This database lacks ${pending.join(', ')}. ${why}: ${how}.`);
}
