/** Keys in the form that pages show. */
import type { Context } from 'koa';
import type { ShownKey } from '../../../views/account/api-keys.ts';
import { AppError } from '../../errors.ts';
import { maskedKey } from '../../policy/api-keys.ts';
import { usageInList } from '../../policy/usage-days.ts';
import { type ApiKey, listApiKeys } from '../../store/api-keys.ts';
import type { Db } from '../../store/database.ts';
import { listUsageOfKeys } from '../../store/key-usage.ts';
import type { Owner } from './person-pages.ts';

export function shownKey(key: ApiKey): ShownKey {
  const { last_used_at: at, last_used_address: address } = key;
  return {
    id: key.id,
    name: key.name,
    environment: key.environment,
    looks: maskedKey(key.environment, key.last_four),
    lastFour: key.last_four,
    scope: key.scope,
    projects: key.projects ?? undefined,
    networks: key.networks ?? undefined,
    created: key.created_at,
    expires: key.expires_at ?? undefined,
    revoked: key.revoked_at ?? undefined,
    lastUsed: at ? { at, address: address ?? undefined } : undefined,
  };
}

/** The keys of an account, those that work first. */
async function shownKeys(db: Db, accountId: string): Promise<ShownKey[]> {
  const keys = await listApiKeys(db, accountId);
  const now = new Date();
  const works = (key: ApiKey) => key.revoked_at === null && (key.expires_at === null || key.expires_at > now);
  const successors = new Map(
    keys.filter(works).map((key) => [key.rotated_from, maskedKey(key.environment, key.last_four)]),
  );
  return keys.map((key) => ({ ...shownKey(key), replacedBy: successors.get(key.id) }));
}

/** The same with their last calls. */
export async function keysWithCalls(db: Db, accountId: string, now: Date): Promise<ShownKey[]> {
  const [keys, usage] = await Promise.all([shownKeys(db, accountId), listUsageOfKeys(db, accountId)]);
  const calls = usageInList(usage, now);
  return keys.map((key) => ({ ...key, calls: calls.get(key.id) }));
}

/** The key that the address names. @throws AppError not_found, also for a key of somebody else */
export async function keyNamed(db: Db, { id }: Pick<Owner, 'id'>, ctx: Context): Promise<ShownKey> {
  const key = (await shownKeys(db, id)).find((one) => one.id === ctx.params.key_id);
  if (!key) throw new AppError('not_found', 'There is no such key');
  return key;
}
