/** Checks with the policy whether an actor may change a client or an account. Every operation of admins calls this. */
import { AppError } from '../errors.ts';
import { type Act, missingPowers, type Powers } from '../policy/powers.ts';
import { findAccount, hasAdmin } from '../store/accounts.ts';
import { type Client, clientsOwnedBy, lockClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Role } from '../store/schema.ts';
import type { Actor } from './actor.ts';

/** @throws AppError forbidden if the actor lacks a power that changing this client requires */
export function requirePowerOverClient(
  actor: Actor,
  { before, after, verdict = false }: { before?: Client; after?: Partial<Client>; verdict?: boolean },
): void {
  const own = isAccount(actor, before?.owner_account_id);
  decide(actor, { on: 'client', own, verdict, ...(before && { before }), ...(after && { after }) });
}

/** Locks the client and checks the actor's power over it. @throws AppError not_found or forbidden */
export async function lockClientFor(
  trx: Db,
  actor: Actor,
  clientId: string,
  more: { verdict?: boolean } = {},
): Promise<Client> {
  const before = await lockClient(trx, clientId);
  requirePowerOverClient(actor, { before, ...more });
  return before;
}

/**
 * `was` is the role in an invitation that is ended or replaced, and `role` the one that is given. @throws AppError forbidden if the
 * actor lacks a power that changing or creating this account requires
 */
export async function requirePowerOverAccount(
  db: Db,
  actor: Actor,
  { id, was, role, takesOver = false }: { id?: string; was?: Role; role?: Role | undefined; takesOver?: boolean },
): Promise<void> {
  if (powersOf(actor) === 'everything') return;
  const invited = was && { role: was };
  const before = id === undefined ? invited : await findAccount(db, id);
  const owns = takesOver && id !== undefined ? await clientsOwnedBy(db, id) : [];
  decide(actor, {
    on: 'account',
    own: isAccount(actor, id),
    takesOver,
    owns,
    ...(before && { before }),
    ...(role !== undefined && { after: { role } }),
  });
}

/**
 * Requires a reason for making somebody an admin, because an admin may do everything. The first active admin needs none: nobody
 * else could ask. @throws AppError invalid if a reason is needed and `actor` has none
 */
export async function requireReasonForAdmin(db: Db, actor: Actor, role: Role | undefined): Promise<void> {
  if (role !== 'admin' || actor.reason !== undefined || !(await hasAdmin(db))) return;
  throw new AppError('invalid', 'reason is required: say why somebody becomes an admin', { reason: 'is required' });
}

/** @throws AppError forbidden if the actor may not end the secrets of others, whoever they are */
export function requirePowerOverSecrets(actor: Actor): void {
  decide(actor, { on: 'secrets' });
}

function decide(actor: Actor, act: Act): void {
  const missing = missingPowers(powersOf(actor), act);
  if (missing.length === 0) return;
  throw new AppError('forbidden', `This requires a token that itself has ${missing.join(' and ')}`);
}

/** Accounts and clients have the powers that they were given; the terminal and the system itself have all. */
function powersOf({ id, powers }: Actor): Powers {
  return powers ?? (/^(account|client):/.test(id) ? [] : 'everything');
}

function isAccount({ id }: Actor, accountId: string | null | undefined): boolean {
  return typeof accountId === 'string' && id === `account:${accountId}`;
}
