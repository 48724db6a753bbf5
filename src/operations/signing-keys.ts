/**
 * Signing keys. For each algorithm one key signs and the next one is already published, so that verifiers have seen a key
 * before it is used. Retired keys stay published until the last token that they signed has expired. Their public part is
 * kept longer, unpublished, since apps send ID tokens as hints for as long as users are signed in.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { AppError } from '../errors.ts';
import { hintsVerifiedMs, retiredKeyLifetimeMs, type SigningKeyState, safeToRotateAt } from '../policy/key-rotation.ts';
import { type SigningAlgorithm, signingAlgorithms } from '../policy/signing-algorithms.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import {
  insertSigningKey,
  isPublished,
  listAllKeys,
  listSigningKeys,
  lockSigningKeys,
  type NewSigningKey,
  removeSigningKeys,
  replaceSeal,
  type StoredSigningKey,
  setSigningKeyState,
  withdrawSigningKeys,
} from '../store/signing-keys.ts';
import { backgroundTimeouts } from '../store/timeouts.ts';
import type { Actor } from './actor.ts';
import { record } from './record.ts';

export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly state: SigningKeyState;
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
  /** Since when it signs; null if it does not yet. */
  readonly currentAt: Date | null;
}

export interface KeyRing {
  /** The published keys. Keys for access tokens come first; within an algorithm, the one that signs. */
  readonly published: readonly SigningKey[];
  /** The public parts of all keys that may have signed an ID token of a live session. */
  readonly forHints: readonly JWK[];
}

/** Loads the keys, and creates those that are missing. */
export async function loadOrCreateKeyRing(db: Db, sealer: Sealer): Promise<KeyRing> {
  let stored = await listAllKeys(db);
  if (missing(stored).length > 0) {
    // Keys are generated before the lock is taken, since an RSA key takes a while.
    const created = await Promise.all(
      missing(stored).map(async (key) => ({ ...key, ...(await makeKey(sealer, key.alg)) })),
    );
    const insert = async (trx: Db) => {
      await lockSigningKeys(trx);
      const still = missing(await listAllKeys(trx));
      for (const key of created) {
        if (still.some(({ alg, state }) => alg === key.alg && state === key.state)) {
          await insertSigningKey(trx, key, key.state);
        }
      }
    };
    // A start, or a look every half minute: no request waits for it.
    await db.transaction(insert, { timeouts: backgroundTimeouts });
    stored = await listAllKeys(db);
  }
  return {
    published: stored.filter(isPublished).map((key) => openKey(key, sealer)),
    forHints: stored.map((key) => key.public_jwk as JWK),
  };
}

/** The key ids after a rotation. */
export interface Rotation {
  readonly current: string;
  readonly next: string;
  readonly rs256_current: string;
  readonly rs256_next: string;
}

export type NextKeys = Readonly<Record<SigningAlgorithm, NewSigningKey>>;

/** Makes the keys that a rotation publishes. Never call it in a transaction: an RSA key takes a while. */
export async function makeNextKeys(sealer: Sealer): Promise<NextKeys> {
  const [ES256, RS256] = await Promise.all([makeKey(sealer, 'ES256'), makeKey(sealer, 'RS256')]);
  return { ES256, RS256 };
}

/**
 * Rotates the keys of each algorithm: the next key starts to sign, the current one retires, and a new next key is published.
 * @throws AppError conflict while verifiers may not have seen the next keys. `force` overrides that, because a stolen key must be
 * replaced at once. A caller that is in a transaction already has made the `next` keys before
 */
export async function rotateSigningKeys(
  db: Db,
  sealer: Sealer,
  actor: Actor,
  { force = false, next }: { force?: boolean; next?: NextKeys } = {},
): Promise<Rotation> {
  const fresh = next ?? (await makeNextKeys(sealer));
  return db.transaction(async (trx) => {
    await lockSigningKeys(trx);
    const keys = await listSigningKeys(trx);
    const safeAt = heldBackUntil(keys, new Date());
    if (safeAt && !force) throw tooSoon(safeAt);
    const es256 = await rotateOne(trx, sealer, fresh.ES256, keys);
    const rs256 = await rotateOne(trx, sealer, fresh.RS256, keys);
    const details = {
      current: es256.current,
      next: es256.next,
      rs256_current: rs256.current,
      rs256_next: rs256.next,
    };
    const early = safeAt ? { forced: true } : {};
    await record(trx, actor, 'signing_keys.rotated', `key:${details.current}`, { ...details, ...early });
    return details;
  });
}

async function rotateOne(
  trx: Db,
  sealer: Sealer,
  next: NewSigningKey,
  all: readonly StoredSigningKey[],
): Promise<{ current: string; next: string }> {
  const { alg } = next;
  const keys = all.filter((key) => key.alg === alg);
  const retiring = keys.find(inState('current'));
  if (retiring) await setSigningKeyState(trx, retiring.kid, 'retired');
  const waiting = keys.find(inState('next'));
  if (waiting) await setSigningKeyState(trx, waiting.kid, 'current');
  const current = waiting?.kid ?? (await addCurrent(trx, sealer, alg));
  await insertSigningKey(trx, next, 'next');
  return { current, next: next.kid };
}

/** For a database in which somebody has deleted the waiting key. */
async function addCurrent(trx: Db, sealer: Sealer, alg: SigningAlgorithm): Promise<string> {
  const key = await makeKey(sealer, alg);
  await insertSigningKey(trx, key, 'current');
  return key.kid;
}

/** Returns the time until which a rotation is refused; undefined if it is possible now. */
export function heldBackUntil(keys: readonly StoredSigningKey[], now: Date): Date | undefined {
  const rotations = keys.flatMap(({ retired_at: at }) => (at ? [at.getTime()] : []));
  return safeToRotateAt(rotations.length > 0 ? new Date(Math.max(...rotations)) : undefined, now);
}

function tooSoon(safeAt: Date): AppError {
  const when = `${safeAt.toISOString().slice(11, 19)} UTC`;
  return new AppError(
    'conflict',
    `The keys were rotated a moment ago: verifiers that cache the key set for 5 minutes would refuse what the next key signs. Wait until ${when}, or force it (force, --force) if a key was stolen.`,
    { safe_at: safeAt.toISOString() },
  );
}

/**
 * Seals every key with the first of SECRETS, so that older secrets can be removed later. Throws if a key was sealed with a
 * secret that is not among them.
 */
export async function resealSigningKeys(db: Db, sealer: Sealer): Promise<void> {
  if ((await listSigningKeys(db)).every((key) => sealer.isFresh(key.private_jwk))) return;
  await db.transaction(async (trx) => {
    await lockSigningKeys(trx);
    for (const key of await listSigningKeys(trx)) {
      if (sealer.isFresh(key.private_jwk)) continue;
      await replaceSeal(trx, key.kid, sealer.seal(openSealed(sealer, key), contextOf(key)));
    }
  });
}

/**
 * Erases the private part of retired keys that no live token needs, and deletes keys that cannot have signed an ID token of
 * a live session. Returns the number of changed keys.
 */
export async function purgeRetiredKeys(db: Db): Promise<number> {
  const now = Date.now();
  const removed = await removeSigningKeys(db, new Date(now - hintsVerifiedMs));
  return removed + (await withdrawSigningKeys(db, new Date(now - retiredKeyLifetimeMs)));
}

/** RFC 7518 §3.3 requires at least 2048 bits; longer keys would make every signature slower. */
const rsaBits = 2048;

async function makeKey(sealer: Sealer, alg: SigningAlgorithm): Promise<NewSigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, modulusLength: rsaBits });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const sealed = sealer.seal(JSON.stringify(await exportJWK(privateKey)), contextOf({ kid, alg }));
  return { kid, alg, publicJwk: { ...publicJwk, kid, alg, use: 'sig' }, privateJwk: sealed };
}

function openKey(stored: StoredSigningKey, sealer: Sealer): SigningKey {
  const { kid, alg, state, public_jwk: publicJwk, current_at: currentAt } = stored;
  const privateJwk = JSON.parse(openSealed(sealer, stored).toString()) as JWK;
  return {
    kid,
    alg,
    state,
    currentAt,
    publicJwk: publicJwk as JWK,
    privateJwk: { ...privateJwk, kid, alg, use: 'sig' },
  };
}

function openSealed(sealer: Sealer, { kid, alg, private_jwk: sealed }: StoredSigningKey): Buffer {
  const opened = sealer.openIfKnown(sealed, contextOf({ kid, alg }));
  if (opened) return opened;
  throw new AppError(
    'invalid',
    `SECRETS do not include the one that sealed the signing key ${kid}. Put it back, after the new one.`,
  );
}

/**
 * The context that a key is sealed with. An older server, which supports only ES256, cannot open an RS256 key: during a
 * rolling upgrade it keeps the keys that it has loaded, instead of signing access tokens with the wrong key.
 */
const contextOf = ({ kid, alg }: { kid: string; alg: SigningAlgorithm }) =>
  alg === 'ES256' ? `signing key ${kid}` : `signing key ${alg} ${kid}`;
const inState = (state: string) => (key: { state: string }) => key.state === state;

function missing(keys: readonly { alg: string; state: string }[]) {
  const required = signingAlgorithms.flatMap((alg) => (['current', 'next'] as const).map((state) => ({ alg, state })));
  return required.filter(({ alg, state }) => !keys.some((key) => key.alg === alg && key.state === state));
}
