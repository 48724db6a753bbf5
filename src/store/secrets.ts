/**
 * The generated SECRETS of an embedded installation, and the check that SECRETS belong to the database.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import type { Db, Statement } from './database.ts';
import type { Sealer } from './sealer.ts';

/** Reads the secrets in `dataDir`, and creates them at the first call. Only the owner can read the file. */
export async function loadOrCreateSecrets(dataDir: string): Promise<string[]> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'secrets');
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString('base64url')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  }
  const secrets = (await readFile(path, 'utf8')).split(/[\s,]+/).filter(Boolean);
  if (secrets.length === 0) throw new AppError('invalid', `${path} is empty: restore the secrets that it held`);
  return secrets;
}

const wordName = 'sealed_word';
const word = 'vibecaas-auth';
const context = 'sealed word';

const bindStatement: Statement = {
  name: 'secrets-bind',
  text: 'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
};
const adoptStatement: Statement = {
  name: 'secrets-adopt',
  text: 'UPDATE settings SET value = $3 WHERE name = $1 AND value = $2 RETURNING name',
};
const readStatement: Statement = { name: 'secrets-read', text: 'SELECT value FROM settings WHERE name = $1' };

/**
 * Binds a new database to the first secret; otherwise checks the secrets. A single INSERT decides, so if two servers start
 * with different secrets for the first time, one of them is refused before it has sealed anything.
 * @throws AppError invalid
 */
export async function bindSecrets(db: Db, sealer: Sealer): Promise<void> {
  await db.run(bindStatement, [wordName, sealWord(sealer)]);
  await checkSecrets(db, sealer);
}

/**
 * Opens the sealed word of this database, so that wrong SECRETS are reported at the start and not by the first key or
 * session that cannot be read. A new database accepts any secrets.
 * @throws AppError invalid
 */
export async function checkSecrets(db: Db, sealer: Sealer): Promise<void> {
  const sealed = await sealedWordOf(db);
  if (sealed && !sealer.openIfKnown(sealed, context)) throw wrongSecrets();
}

/**
 * Rebinds the database to the first secret. If two nodes do so with different secrets at the same time, the second is
 * refused, since it would lock the first one out.
 * @throws AppError invalid
 */
export async function adoptFirstSecret(db: Db, sealer: Sealer): Promise<void> {
  const sealed = await sealedWordOf(db);
  if (sealed && !sealer.openIfKnown(sealed, context)) throw wrongSecrets();
  if (sealed && sealer.isFresh(sealed)) return;
  const values = [wordName, sealed?.toString('base64') ?? '', sealWord(sealer)];
  if ((await db.run(adoptStatement, values)).length === 0) await checkSecrets(db, sealer);
}

const sealWord = (sealer: Sealer) => sealer.seal(word, context).toString('base64');

function wrongSecrets(): AppError {
  return new AppError(
    'invalid',
    'SECRETS do not include the secret that this database was sealed with. Put the old one back, after the new one.',
  );
}

async function sealedWordOf(db: Db): Promise<Buffer | undefined> {
  const [row] = await db.run<{ value: string }>(readStatement, [wordName]);
  return row && Buffer.from(row.value, 'base64');
}

const signalsStatement: Statement = {
  name: 'secrets-of-signals',
  text: 'SELECT EXISTS (SELECT FROM signal_streams WHERE push_authorization IS NOT NULL) AS sealed',
};

/** Whether streams of signals have sealed headers, so that a start imports nothing for them if they don't. */
export async function hasSealedSignals(db: Db): Promise<boolean> {
  const [row] = await db.run<{ sealed: boolean }>(signalsStatement, []);
  return row?.sealed === true;
}
