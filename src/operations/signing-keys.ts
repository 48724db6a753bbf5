/**
 * Signing keys (ES256): there is always one that signs and one that is published and waits, so that a verifier has
 * seen a key before it is used. Retired keys stay published until the last token they signed has expired.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { AppError } from '../errors.ts';
import { retirement, safeToRotateAt } from '../policy/key-rotation.ts';
import type { Db } from '../store/database.ts';
import {
  insertSigningKey,
  listSigningKeys,
  lockSigningKeys,
  purgeSigningKeys,
  replaceSeal,
  type StoredSigningKey,
  setSigningKeyState,
} from '../store/signing-keys.ts';
import type { Vault } from '../store/vault.ts';
import type { Actor } from './actor.ts';
import { record } from './record.ts';

export interface SigningKey {
  readonly kid: string;
  readonly state: 'current' | 'next' | 'retired';
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

/** The published keys, the signing one first. Makes the first two where there are none. */
export async function loadSigningKeys(db: Db, vault: Vault): Promise<SigningKey[]> {
  let stored = await listSigningKeys(db);
  if (!has(stored, 'current') || !has(stored, 'next')) {
    await db.transaction(async (trx) => {
      await lockSigningKeys(trx);
      const now = await listSigningKeys(trx);
      for (const state of ['current', 'next'] as const) if (!has(now, state)) await makeKey(trx, vault, state);
    });
    stored = await listSigningKeys(db);
  }
  return stored.map((key) => openKey(key, vault));
}

/**
 * The next key signs from now on, the current one retires, and a new one is published to wait. Throws `conflict` as long as
 * verifiers may not have seen the next key, unless `force`: a key that was stolen can't wait.
 */
export async function rotateSigningKeys(
  db: Db,
  vault: Vault,
  actor: Actor,
  { force = false }: { force?: boolean } = {},
): Promise<{ current: string; next: string }> {
  return db.transaction(async (trx) => {
    await lockSigningKeys(trx);
    const keys = await listSigningKeys(trx);
    const safeAt = heldBackUntil(keys, new Date());
    if (safeAt && !force) throw tooSoon(safeAt);
    const [current, waiting] = [keys.find(inState('current')), keys.find(inState('next'))];
    if (current) await setSigningKeyState(trx, current.kid, 'retired');
    const signing = waiting?.kid ?? (await makeKey(trx, vault, 'current'));
    if (waiting) await setSigningKeyState(trx, waiting.kid, 'current');
    const next = await makeKey(trx, vault, 'next');
    const details = { current: signing, next };
    const early = safeAt ? { forced: true } : {};
    await record(trx, actor, 'signing_keys.rotated', `key:${signing}`, { ...details, ...early });
    return details;
  });
}

/** Until when a rotation is held back; undefined when it is not. */
export function heldBackUntil(keys: readonly StoredSigningKey[], now: Date): Date | undefined {
  const rotations = keys.flatMap(({ retired_at: at }) => (at ? [at.getTime()] : []));
  return safeToRotateAt(rotations.length > 0 ? new Date(Math.max(...rotations)) : undefined, now);
}

function tooSoon(safeAt: Date): AppError {
  const when = `${safeAt.toISOString().slice(11, 19)} UTC`;
  return new AppError(
    'conflict',
    `The keys were rotated a moment ago: verifiers that keep the key set for 5 minutes would refuse what the next key signs. Wait until ${when}, or force it (force, --force) when a key was stolen.`,
    { safe_at: safeAt.toISOString() },
  );
}

/**
 * Seals every key with the first of SECRETS, so that the older ones can be taken away later. Throws where a key was
 * sealed with none of them.
 */
export async function resealSigningKeys(db: Db, vault: Vault): Promise<void> {
  if ((await listSigningKeys(db)).every((key) => vault.isFresh(key.private_jwk))) return;
  await db.transaction(async (trx) => {
    await lockSigningKeys(trx);
    for (const { kid, private_jwk: sealed } of await listSigningKeys(trx)) {
      const context = contextOf(kid);
      if (!vault.isFresh(sealed)) await replaceSeal(trx, kid, vault.seal(openSealed(vault, sealed, kid), context));
    }
  });
}

/** Deletes retired keys that no living token needs. */
export async function purgeRetiredKeys(db: Db): Promise<number> {
  return purgeSigningKeys(db, new Date(Date.now() - retirement));
}

async function makeKey(trx: Db, vault: Vault, state: 'current' | 'next'): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const sealed = vault.seal(JSON.stringify(await exportJWK(privateKey)), contextOf(kid));
  await insertSigningKey(trx, {
    kid,
    publicJwk: { ...publicJwk, kid, alg: 'ES256', use: 'sig' },
    privateJwk: sealed,
    state,
  });
  return kid;
}

function openKey(stored: StoredSigningKey, vault: Vault): SigningKey {
  const { kid, state, public_jwk: publicJwk } = stored;
  const privateJwk = JSON.parse(openSealed(vault, stored.private_jwk, kid).toString()) as JWK;
  return { kid, state, publicJwk: publicJwk as JWK, privateJwk: { ...privateJwk, kid, alg: 'ES256', use: 'sig' } };
}

function openSealed(vault: Vault, sealed: Buffer, kid: string): Buffer {
  const opened = vault.openIfKnown(sealed, contextOf(kid));
  if (opened) return opened;
  throw new AppError(
    'invalid',
    `SECRETS do not include the one that sealed the signing key ${kid}. Put it back, after the new one.`,
  );
}

const contextOf = (kid: string) => `signing key ${kid}`;
const inState = (state: string) => (key: { state: string }) => key.state === state;
const has = (keys: StoredSigningKey[], state: string) => keys.some(inState(state));
