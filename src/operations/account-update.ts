/** Changes several fields of an account in one transaction. */
import { AppError } from '../errors.ts';
import type { Tier } from '../policy/tiers.ts';
import { type Account, getAccount, lockAccount, updateAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { Role } from '../store/schema.ts';
import { checkName, checkRole, checkTier } from './account-input.ts';
import { restoreAccount, setRole, suspendAccount } from './accounts.ts';
import type { Actor } from './actor.ts';
import { requirePowerOverAccount } from './powers.ts';
import { record } from './record.ts';

export interface AccountChanges {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly tier?: Tier | undefined;
  readonly status?: Account['status'] | undefined;
}

/**
 * Changes the given fields. Fields that already have the value leave no audit event. Status and role have the same effects
 * and audit events as when they are changed alone. @throws AppError invalid with the name of the field, or not_found
 */
export async function updateAccountFields(db: Db, id: string, changes: AccountChanges, actor: Actor): Promise<Account> {
  const name = changes.name === undefined ? undefined : checkName(changes.name);
  const [role, tier] = [checkRole(changes.role), checkTier(changes.tier)];
  const { status } = changes;
  if (status !== undefined && status !== 'active' && status !== 'suspended') {
    throw new AppError('invalid', 'status must be active or suspended', { status: 'must be active or suspended' });
  }
  return db.transaction(async (trx) => {
    await lockAccount(trx, id);
    const before = await getAccount(trx, id);
    await requirePowerOverAccount(trx, actor, { id, role });
    if (status === 'suspended' && before.status !== status) await suspendAccount(trx, id, actor);
    if (status === 'active' && before.status !== status) await restoreAccount(trx, id, actor);
    if (role !== undefined && before.role !== role) await setRole(trx, id, role, actor);
    const after = {
      ...(name !== undefined && name !== before.name && { name }),
      ...(tier !== undefined && tier !== before.tier && { tier }),
    };
    const changed = Object.keys(after) as (keyof typeof after)[];
    if (changed.length > 0) {
      await updateAccount(trx, id, after);
      await record(trx, actor, 'account.updated', `account:${id}`, { changed, ...tierChange(before.tier, after.tier) });
    }
    return getAccount(trx, id);
  });
}

/** The log is never changed, and outlives the account: it says that the name was changed, and never what it was. */
function tierChange(before: Tier, after: Tier | undefined): object {
  return after === undefined ? {} : { before: { tier: before }, after: { tier: after } };
}
