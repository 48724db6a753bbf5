/** Asks the policy whether an actor may do something to a client or an account. Every operation that an admin can ask for does. */
import { AppError } from '../errors.ts';
import { type Act, missingPowers, type Powers } from '../policy/powers.ts';
import { findAccount } from '../store/accounts.ts';
import { type Client, clientsOwnedBy, lockClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';

/** Throws `forbidden` when the actor lacks a power that touching this client needs. */
export function requirePowerOverClient(
  actor: Actor,
  { before, after, verdict = false }: { before?: Client; after?: Partial<Client>; verdict?: boolean },
): void {
  const own = isAccount(actor, before?.owner_account_id);
  decide(actor, { on: 'client', own, verdict, ...(before && { before }), ...(after && { after }) });
}

/** Locks the client first. Throws `not_found` or `forbidden`. */
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

/** Throws `forbidden` when the actor lacks a power that touching this account, or making it, needs. */
export async function requirePowerOverAccount(
  db: Db,
  actor: Actor,
  { id, role, takesOver = false }: { id?: string; role?: string | undefined; takesOver?: boolean },
): Promise<void> {
  if (powersOf(actor) === 'everything') return;
  const before = id === undefined ? undefined : await findAccount(db, id);
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

function decide(actor: Actor, act: Act): void {
  const missing = missingPowers(powersOf(actor), act);
  if (missing.length === 0) return;
  throw new AppError('forbidden', `This needs a token that itself has ${missing.join(' and ')}`);
}

/** People and clients hold what they were given; the terminal and the system itself hold everything. */
function powersOf({ id, powers }: Actor): Powers {
  return powers ?? (/^(account|client):/.test(id) ? [] : 'everything');
}

function isAccount({ id }: Actor, accountId: string | null | undefined): boolean {
  return typeof accountId === 'string' && id === `account:${accountId}`;
}
