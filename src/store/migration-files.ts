/** The files of migrations/, and which of them a database has. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '../errors.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
}

export async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+_.+\.sql$/.test(name));
  const migrations = await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      // The checksum must not depend on the line endings of a checkout.
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
      return { version: Number.parseInt(name, 10), name, checksum, sql };
    }),
  );
  migrations.sort((a, b) => a.version - b.version);
  const twice = migrations.find(({ version }, index) => version === migrations[index + 1]?.version);
  if (twice) throw new Error(`two migrations have the number ${twice.version}`);
  return migrations;
}

export function missingFrom(migrations: Migration[], done: Pick<Migration, 'version'>[]): Migration[] {
  return migrations.filter(({ version }) => !done.some((row) => row.version === version));
}

/** Reports whether a newer version has migrated the database. */
export function isNewer(migrations: Migration[], done: Pick<Migration, 'version'>[]): boolean {
  return done.some(({ version }) => version > newestOf(migrations));
}

function newestOf(migrations: readonly Pick<Migration, 'version'>[]): number {
  return Math.max(0, ...migrations.map(({ version }) => version));
}

/**
 * @param oldestServer the newest migration that a server must know to run on this database, if a newer version has migrated it
 * @throws AppError conflict: an applied file was changed or is gone, or the database is too new for these files. A file that names
 * the checksum with which it landed before may replace that: there are databases with the one and with the other.
 */
export function checkLanded(
  migrations: Migration[],
  done: Pick<Migration, 'version' | 'name' | 'checksum'>[],
  oldestServer = Number.POSITIVE_INFINITY,
): void {
  const newest = newestOf(migrations);
  for (const row of done) {
    const file = migrations.find(({ version }) => version === row.version);
    if (!file && row.version > newest && newest >= oldestServer) continue;
    if (!file && row.version > newest) {
      throw new AppError('conflict', `this database was migrated by a newer version (${row.name}): update the server`);
    }
    if (!file) throw new AppError('conflict', `the migration ${row.name} is in the database, but its file is gone`);
    if (file.checksum !== row.checksum && !file.sql.includes(`Landed before as ${row.checksum}`)) {
      throw new AppError(
        'conflict',
        `${file.name} was changed after it was applied: put it back and write a new migration`,
      );
    }
  }
}

/** The statements of a file that must not run in a transaction, because they let others write meanwhile; undefined for the rest. */
export function statementsOf({ sql }: Migration): string[] | undefined {
  return sql.startsWith('-- Not in a transaction') ? sql.split(/\n\s*\n/) : undefined;
}
