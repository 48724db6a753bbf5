/**
 * The keys that sign access and ID tokens. For each algorithm one key signs (`current`), one is published in advance
 * (`next`), and former keys stay published until the last token that they signed has expired (`retired`). After that only
 * the public part is kept, to verify ID tokens that apps send as hints. Private keys are sealed.
 */
import type { SigningKeyState } from '../policy/key-rotation.ts';
import type { SigningAlgorithm } from '../policy/signing-algorithms.ts';
import { signingKeyColumns } from './columns.ts';
import type { Db, Statement } from './database.ts';

export interface StoredSigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly public_jwk: Record<string, unknown>;
  readonly private_jwk: Buffer;
  readonly state: SigningKeyState;
  readonly created_at: Date;
  readonly current_at: Date | null;
  readonly retired_at: Date | null;
}

/** A key whose private part was erased. */
export type WithdrawnKey = Omit<StoredSigningKey, 'private_jwk'> & { readonly private_jwk: null };

/** Lists the published keys by algorithm: the current one, the next one, then retired ones from newest to oldest. */
export async function listSigningKeys(db: Db): Promise<StoredSigningKey[]> {
  return (await listAllKeys(db)).filter(isPublished);
}

const listStatement: Statement = {
  name: 'signing-keys-list',
  text: `SELECT ${signingKeyColumns.join(', ')} FROM signing_keys ORDER BY created_at DESC`,
};

/** Lists the published keys in that order, then the withdrawn ones. */
export async function listAllKeys(db: Db): Promise<(StoredSigningKey | WithdrawnKey)[]> {
  const rows = await db.run<StoredSigningKey | WithdrawnKey>(listStatement, []);
  const order = { current: 0, next: 1, retired: 2 };
  return rows
    .toSorted((a, b) => order[a.state] - order[b.state])
    .toSorted((a, b) => a.alg.localeCompare(b.alg))
    .toSorted((a, b) => Number(isPublished(b)) - Number(isPublished(a)));
}

export function isPublished(key: StoredSigningKey | WithdrawnKey): key is StoredSigningKey {
  return key.private_jwk !== null;
}

const lockStatement = { name: 'signing-keys-lock', text: 'SELECT pg_advisory_xact_lock(7204)' };

/** Takes a lock until the transaction ends, so that two nodes never create or rotate keys at the same time. */
export async function lockSigningKeys(trx: Db): Promise<void> {
  await trx.run(lockStatement, []);
}

export interface NewSigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly publicJwk: object;
  readonly privateJwk: Buffer;
}

export async function insertSigningKey(trx: Db, key: NewSigningKey, state: 'next' | 'current'): Promise<void> {
  await trx.builder
    .insertInto('signing_keys')
    .values({
      kid: key.kid,
      alg: key.alg,
      public_jwk: JSON.stringify(key.publicJwk),
      private_jwk: key.privateJwk,
      state,
      current_at: state === 'current' ? new Date() : null,
      retired_at: null,
    })
    .execute();
  await trx.notify('signing_keys', '');
}

export async function setSigningKeyState(trx: Db, kid: string, state: 'current' | 'retired'): Promise<void> {
  const when = state === 'current' ? { current_at: new Date() } : { retired_at: new Date() };
  await trx.builder
    .updateTable('signing_keys')
    .set({ state, ...when })
    .where('kid', '=', kid)
    .execute();
  await trx.notify('signing_keys', '');
}

/** Stores the same key sealed with another secret. */
export async function replaceSeal(trx: Db, kid: string, privateJwk: Buffer): Promise<void> {
  await trx.builder.updateTable('signing_keys').set({ private_jwk: privateJwk }).where('kid', '=', kid).execute();
}

const withdrawStatement: Statement = {
  name: 'signing-keys-withdraw',
  text: `UPDATE signing_keys SET private_jwk = NULL
    WHERE state = 'retired' AND private_jwk IS NOT NULL AND retired_at < $1 RETURNING kid`,
};
const removeStatement: Statement = {
  name: 'signing-keys-remove',
  text: "DELETE FROM signing_keys WHERE state = 'retired' AND retired_at < $1 RETURNING kid",
};

/** Erases the private parts of old retired keys, which are then no longer published. Returns their number. */
export async function withdrawSigningKeys(db: Db, retiredBefore: Date): Promise<number> {
  const rows = await db.run(withdrawStatement, [retiredBefore]);
  if (rows.length > 0) await db.notify('signing_keys', '');
  return rows.length;
}

export async function removeSigningKeys(db: Db, retiredBefore: Date): Promise<number> {
  const rows = await db.run(removeStatement, [retiredBefore]);
  if (rows.length > 0) await db.notify('signing_keys', '');
  return rows.length;
}
