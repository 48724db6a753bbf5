/** Resolves the owner of a client. A registration names the account by address; database and audit log use its id. */
import { AppError } from '../errors.ts';
import { completeClient } from '../policy/client/registration.ts';
import type { ClientInput, ClientMetadata } from '../policy/client/schema.ts';
import type { OutboundRules } from '../policy/webhook-urls.ts';
import { findAccountByEmail } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { Role } from '../store/schema.ts';

/** Returns the registration as it is stored, and the role of its owner. @throws AppError invalid if no account has the address */
export async function withOwnerId(
  db: Db,
  { owner_email: email, ...metadata }: ClientMetadata,
): Promise<Omit<ClientMetadata, 'owner_email'> & { owner_account_id: string | null; owner_role: Role | null }> {
  const owner = email === null ? null : await findAccountByEmail(db, email);
  if (owner) return { ...metadata, owner_account_id: owner.id, owner_role: owner.role };
  if (owner === null) return { ...metadata, owner_account_id: null, owner_role: null };
  const problem = 'must be the address of an account here';
  throw new AppError('invalid', `owner_email ${problem}`, { owner_email: problem });
}

/**
 * Validates a registration without storing it. `byItself`: the client came by itself. `outbound`: where this server may send
 * requests. @throws AppError invalid with the problem of each field
 */
export async function checkRegistration(
  db: Db,
  input: ClientInput,
  circumstances: { outbound: OutboundRules; byItself?: boolean },
): Promise<void> {
  await withOwnerId(db, completeClient(input, circumstances));
}
