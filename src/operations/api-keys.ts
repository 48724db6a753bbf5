/**
 * The keys of an account: creation, replacement, limits, revocation. Each is one transaction with its audit event. Only people
 * make keys, signed in on a page or at the terminal: whoever has a token or a key could otherwise outlive it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { endOfSuccessor, formatApiKey, type KeyRights, keyLimits, maskedKey } from '../policy/api-keys.ts';
import { lastFour } from '../policy/token-format.ts';
import { getAccount, lockAccount } from '../store/accounts.ts';
import { type ApiKey, endApiKey, findApiKey, insertApiKey, keysStanding, saveApiKey } from '../store/api-keys.ts';
import type { Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';
import type { Actor } from './actor.ts';
import {
  type ApiKeyInput,
  changedRights,
  checkKeyInput,
  reachesFurtherFor,
  refuseMoreRights,
  refuseMoreToday,
  refuseOneMore,
  rightsOf,
} from './api-key-input.ts';
import { tellOfChangedKey, tellOfNewKey, tellOfRevokedKey } from './api-key-mails.ts';
import { requirePowerOverAccount } from './powers.ts';
import { record } from './record.ts';

/** Derives the key's id from the form's random id, so that a form sent twice makes one key. */
function idOf(accountId: string, form = randomBytes(32).toString('hex')): string {
  return `key_${createHash('sha256').update(`${accountId} ${form}`).digest('hex').slice(0, 24)}`;
}

export interface MadeKey {
  readonly key: ApiKey;
  /** Shown once, and stored nowhere. */
  readonly secret: string;
}

/**
 * `form` is a value of the form that asks, which makes one key however often it is sent.
 * @throws AppError invalid with the problem of each field, forbidden, not_found; conflict with `keys` if the account has as many
 * as it may, `keys_a_day` if it has made as many today, or with `made` if the form has made its key
 */
export async function createApiKey(
  db: Db,
  accountId: string,
  input: ApiKeyInput,
  actor: Actor,
  form?: string,
): Promise<MadeKey> {
  const checked = checkKeyInput(input);
  const id = idOf(accountId, form);
  return change(db, accountId, actor, { makes: true }, async (trx) => {
    const standing = await keysStanding(trx, accountId, null);
    if (await findApiKey(trx, id)) throw new AppError('conflict', 'The form has made its key', { made: id });
    refuseOneMore(standing);
    refuseMoreToday(standing);
    const made = await insertNew(trx, accountId, { ...checked, id, rotatedFrom: null });
    await recordKey(trx, actor, 'api_key.created', made.key, rightsOf(made.key));
    await tellOfNewKey(trx, made.key, actor);
    return made;
  });
}

/**
 * Makes a key with the same rights. The old one ends after `overlapSeconds`. `expiresAt` is the end of the new one; by default
 * it has the lifetime that the old one had.
 * @throws AppError conflict if the old key has ended, or was replaced by one that works; invalid, forbidden, not_found
 */
export async function rotateApiKey(
  db: Db,
  id: string,
  { overlapSeconds, expiresAt }: { overlapSeconds: number; expiresAt?: Date | null },
  actor: Actor,
): Promise<MadeKey> {
  const maxSeconds = keyLimits.overlapDays * 86_400;
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > maxSeconds) {
    throw new AppError('invalid', `An old key may be kept for 0 to ${keyLimits.overlapDays} days`);
  }
  return changeKey(db, id, actor, { makes: true }, async (trx, old) => {
    const standing = await keysStanding(trx, old.account_id, id);
    if (standing.replaced) throw new AppError('conflict', `${id} was replaced already`);
    // While both work, there is one more.
    if (overlapSeconds > 0) refuseOneMore(standing);
    refuseMoreToday(standing);
    if (!(await endApiKey(trx, id, overlapSeconds))) throw hasEnded(id);
    const end = expiresAt === undefined ? endOfSuccessor(datesOf(old), new Date()) : expiresAt;
    const { name, environment, scope, projects, networks } = old;
    const checked = checkKeyInput({ name, environment, scope, projects, networks, expiresAt: end });
    const made = await insertNew(trx, old.account_id, { ...checked, id: idOf(old.account_id), rotatedFrom: id });
    await recordKey(trx, actor, 'api_key.rotated', made.key, { replaces: id, overlap_seconds: overlapSeconds });
    await tellOfNewKey(trx, made.key, actor);
    return made;
  });
}

export type KeyChanges = { readonly [Field in keyof KeyRights | 'name']?: ApiKeyInput[Field] };

/**
 * Renames or limits a key. Rights are only taken and never added, since nobody knows who has the key by now. Networks may be
 * others: servers move. The key of somebody else gets more of them only for a reason.
 * @throws AppError invalid with the problem of each field, conflict if the key has ended, forbidden, not_found
 */
export function updateApiKey(db: Db, id: string, changes: KeyChanges, actor: Actor): Promise<ApiKey> {
  return changeKey(db, id, actor, {}, async (trx, before) => {
    const { name, environment, scope, projects, networks, expires_at: expiresAt } = before;
    const whole = { name, environment, scope, projects, networks, expiresAt };
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = checkKeyInput({ ...whole, ...given } as ApiKeyInput);
    refuseMoreRights(before, after);
    if (hasEndedBy(before, new Date())) throw hasEnded(id);
    const further = reachesFurtherFor(actor, before, after);
    const key = await saveApiKey(trx, { id, ...after, expires_at: after.expiresAt });
    const changed = changedRights(before, key);
    await recordKey(trx, actor, 'api_key.changed', key, { ...rightsOf(key), before: changed });
    await tellOfChangedKey(trx, { before: changed, after: key, further }, actor);
    return key;
  });
}

/** @throws AppError conflict if the key has ended already, forbidden, not_found */
export async function revokeApiKey(db: Db, id: string, actor: Actor): Promise<void> {
  await changeKey(db, id, actor, {}, async (trx, key) => {
    if (!(await endApiKey(trx, id))) throw hasEnded(id);
    await recordKey(trx, actor, 'api_key.revoked', key, {});
    await tellOfRevokedKey(trx, key, actor);
  });
}

/** @throws AppError not_found */
export async function getApiKey(db: Db, id: string): Promise<ApiKey> {
  const key = await findApiKey(db, id);
  if (!key) throw unknownKey(id);
  return key;
}

/** A key of this account. For other accounts it does not exist. @throws AppError not_found */
export async function getOwnApiKey(db: Db, accountId: string, id: string): Promise<ApiKey> {
  const key = await findApiKey(db, id);
  if (key?.account_id !== accountId) throw unknownKey(id);
  return key;
}

interface Power {
  /** The actor learns a secret of the account. */
  readonly makes?: boolean;
}

async function change<T>(
  db: Db,
  accountId: string,
  actor: Actor,
  { makes = false }: Power,
  work: (trx: Db) => Promise<T>,
): Promise<T> {
  if (makes && actor.id.startsWith('client:')) {
    throw new AppError('forbidden', 'Only a person who is signed in makes keys, and no token does');
  }
  return db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    // An account that makes a key of its own takes nothing over.
    const takesOver = makes && actor.id !== `account:${accountId}`;
    await requirePowerOverAccount(trx, actor, { id: accountId, takesOver });
    const { status } = await getAccount(trx, accountId);
    if (makes && status !== 'active') throw new AppError('conflict', `The account ${accountId} is suspended`);
    return work(trx);
  });
}

/** Locks the account of the key, and reads the key again. */
async function changeKey<T>(
  db: Db,
  id: string,
  actor: Actor,
  power: Power,
  work: (trx: Db, key: ApiKey) => Promise<T>,
): Promise<T> {
  const found = await findApiKey(db, id);
  if (!found || isOthers(actor, found)) throw unknownKey(id);
  return change(db, found.account_id, actor, power, async (trx) => {
    const key = await findApiKey(trx, id);
    if (!key) throw unknownKey(id);
    return work(trx, key);
  });
}

/** A person without any powers learns nothing of the keys of others. */
function isOthers({ id, powers }: Actor, { account_id: owner }: ApiKey): boolean {
  return id.startsWith('account:') && id !== `account:${owner}` && powers === undefined;
}

async function insertNew(
  trx: Db,
  accountId: string,
  { expiresAt, rotatedFrom, ...given }: ApiKeyInput & { id: string; rotatedFrom: string | null },
): Promise<MadeKey> {
  const secret = formatApiKey(given.environment, randomBytes(32));
  const key = await insertApiKey(trx, {
    ...given,
    account_id: accountId,
    last_four: lastFour(secret),
    expires_at: expiresAt,
    rotated_from: rotatedFrom,
    key_hash: sha256(secret),
  });
  return { key, secret };
}

function hasEndedBy({ revoked_at: revokedAt, expires_at: expiresAt }: ApiKey, now: Date): boolean {
  return revokedAt !== null || (expiresAt !== null && expiresAt <= now);
}

const datesOf = ({ created_at, expires_at }: ApiKey) => ({ createdAt: created_at, expiresAt: expires_at });

function recordKey(trx: Db, actor: Actor, action: string, key: ApiKey, details: object): Promise<void> {
  const { id, account_id, environment, last_four } = key;
  // The log outlives the account, so the name, which is the owner's, is not in it.
  const looks = maskedKey(environment, last_four);
  return record(trx, actor, action, `account:${account_id}`, { key_id: id, looks_like: looks, ...details });
}

function hasEnded(id: string): AppError {
  return new AppError('conflict', `${id} has ended`);
}

function unknownKey(id: string): AppError {
  return new AppError('not_found', `There is no key ${id}`);
}
