/**
 * The keys that sign access and ID tokens. For each algorithm one signs (`current`), one is published and waits (`next`),
 * and those that signed before stay published until the last token they signed has expired (`retired`). After that only
 * the public part is left, to verify ID tokens that apps send back. Private keys are sealed.
 */
import type { SigningAlgorithm } from '../policy/signing-algorithms.ts';
import type { Db } from './database.ts';

export interface StoredSigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly public_jwk: Record<string, unknown>;
  readonly private_jwk: Buffer;
  readonly state: 'next' | 'current' | 'retired';
  readonly created_at: Date;
  readonly current_at: Date | null;
  readonly retired_at: Date | null;
}

/** A key of which only the public part is left. */
export type WithdrawnKey = Omit<StoredSigningKey, 'private_jwk'> & { readonly private_jwk: null };

/** All published keys, by algorithm: the current one first, then the next, then the retired from the newest on. */
export async function listSigningKeys(db: Db): Promise<StoredSigningKey[]> {
  return (await listAllKeys(db)).filter(isPublished);
}

/** The published keys in the same order, then the withdrawn ones. */
export async function listAllKeys(db: Db): Promise<(StoredSigningKey | WithdrawnKey)[]> {
  const rows = await db.builder.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').execute();
  const order = { current: 0, next: 1, retired: 2 };
  return (rows as (StoredSigningKey | WithdrawnKey)[])
    .toSorted((a, b) => order[a.state] - order[b.state])
    .toSorted((a, b) => a.alg.localeCompare(b.alg))
    .toSorted((a, b) => Number(isPublished(b)) - Number(isPublished(a)));
}

export function isPublished(key: StoredSigningKey | WithdrawnKey): key is StoredSigningKey {
  return key.private_jwk !== null;
}

const lockStatement = { name: 'signing-keys-lock', text: 'SELECT pg_advisory_xact_lock(7204)' };
const notifyStatement = { name: 'signing-keys-notify', text: "SELECT pg_notify('signing_keys', '')" };

/** Held until the transaction ends, so that two nodes never make or rotate keys at once. */
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
  await trx.run(notifyStatement, []);
}

export async function setSigningKeyState(trx: Db, kid: string, state: 'current' | 'retired'): Promise<void> {
  const when = state === 'current' ? { current_at: new Date() } : { retired_at: new Date() };
  await trx.builder
    .updateTable('signing_keys')
    .set({ state, ...when })
    .where('kid', '=', kid)
    .execute();
  await trx.run(notifyStatement, []);
}

/** The same key under another seal. */
export async function replaceSeal(trx: Db, kid: string, privateJwk: Buffer): Promise<void> {
  await trx.builder.updateTable('signing_keys').set({ private_jwk: privateJwk }).where('kid', '=', kid).execute();
}

/** Erases the private part: the keys are not published any more, and can sign nothing. */
export async function withdrawSigningKeys(db: Db, retiredBefore: Date): Promise<number> {
  const rows = await db.builder
    .updateTable('signing_keys')
    .set({ private_jwk: null })
    .where('state', '=', 'retired')
    .where('private_jwk', 'is not', null)
    .where('retired_at', '<', retiredBefore)
    .returning('kid')
    .execute();
  if (rows.length > 0) await db.run(notifyStatement, []);
  return rows.length;
}

export async function removeSigningKeys(db: Db, retiredBefore: Date): Promise<number> {
  const rows = await db.builder
    .deleteFrom('signing_keys')
    .where('state', '=', 'retired')
    .where('retired_at', '<', retiredBefore)
    .returning('kid')
    .execute();
  if (rows.length > 0) await db.run(notifyStatement, []);
  return rows.length;
}
