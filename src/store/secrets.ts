/**
 * SECRETS of an embedded installation: generated once and kept beside its database. And, wherever they come from, the
 * check that they are the ones this database was sealed with.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import type { Db } from './database.ts';
import type { Sealer } from './sealer.ts';

/** The secrets in `dataDir`, made at the first call. The file is readable by its owner alone. */
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
  if (secrets.length === 0) throw new AppError('invalid', `${path} is empty: put back the secrets it held`);
  return secrets;
}

const wordName = 'sealed_word';
const word = 'vibecaas-auth';
const context = 'sealed word';

/**
 * Binds a database that knows no secret yet to the first of these; otherwise checks that these are its own. One statement
 * decides, so that of two first starts with different secrets one is refused before it has sealed anything.
 * @throws AppError invalid
 */
export async function bindSecrets(db: Db, sealer: Sealer): Promise<void> {
  await db.builder
    .insertInto('settings')
    .values({ name: wordName, value: sealWord(sealer) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  await checkSecrets(db, sealer);
}

/**
 * Opens the word that this database keeps sealed, so that wrong SECRETS are told at the start and not by the first key
 * or session that can't be read. A database that knows no secret yet accepts any.
 * @throws AppError invalid
 */
export async function checkSecrets(db: Db, sealer: Sealer): Promise<void> {
  const sealed = await sealedWordOf(db);
  if (sealed && !sealer.openIfKnown(sealed, context)) throw notItsSecrets();
}

/**
 * From now on the first secret is the one that a start must know. Of two nodes that bring different first secrets at the
 * same moment the second is refused: it would lock the first one out.
 * @throws AppError invalid
 */
export async function adoptFirstSecret(db: Db, sealer: Sealer): Promise<void> {
  const sealed = await sealedWordOf(db);
  if (sealed && !sealer.openIfKnown(sealed, context)) throw notItsSecrets();
  if (sealed && sealer.isFresh(sealed)) return;
  const { numUpdatedRows } = await db.builder
    .updateTable('settings')
    .set({ value: sealWord(sealer) })
    .where('name', '=', wordName)
    .where('value', '=', sealed?.toString('base64') ?? '')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) await checkSecrets(db, sealer);
}

const sealWord = (sealer: Sealer) => sealer.seal(word, context).toString('base64');

function notItsSecrets(): AppError {
  return new AppError(
    'invalid',
    'SECRETS do not include the secret that this database was sealed with. Put the old one back, after the new one.',
  );
}

async function sealedWordOf(db: Db): Promise<Buffer | undefined> {
  const query = db.builder.selectFrom('settings').select('value').where('name', '=', wordName);
  const row = await query.executeTakeFirst();
  return row && Buffer.from(row.value, 'base64');
}
