/** Invitations of people who have no account yet. What the link of one gives is in its row, not in the mail. */
import { AppError } from '../errors.ts';
import type { InvitationState } from '../policy/registration.ts';
import type { Tier } from '../policy/tiers.ts';
import type { Db, Statement } from './database.ts';
import type { Role } from './schema.ts';

export interface NewInvitation {
  readonly id: string;
  readonly address: string;
  readonly name: string | null;
  readonly role: Role;
  readonly tier: Tier;
  readonly language: string | null;
  readonly invited_by: string;
  readonly inviter_name: string;
}

export interface Invitation extends NewInvitation {
  readonly state: InvitationState;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly accepted_at: Date | null;
  readonly withdrawn_at: Date | null;
  readonly account_id: string | null;
}

const isOpen = 'i.accepted_at IS NULL AND i.withdrawn_at IS NULL';

/**
 * An invitation of an admin works only while its sender could still make an admin: an account must have the role, and a client must
 * not be disabled or deleted.
 */
const inviterStands = `(i.role <> 'admin'
    OR i.invited_by LIKE 'account:%' AND EXISTS (SELECT FROM accounts g WHERE 'account:' || g.id = i.invited_by AND g.role = 'admin' AND g.status = 'active')
    OR i.invited_by LIKE 'client:%' AND EXISTS (SELECT FROM clients c WHERE 'client:' || c.client_id = i.invited_by AND c.status = 'active')
    OR i.invited_by NOT LIKE 'account:%' AND i.invited_by NOT LIKE 'client:%')`;

/** The condition that an invitation still gives what it says, for the invitation whose id is `id`. */
export const invitationWorks = (id: string): string =>
  `EXISTS (SELECT FROM invitations i WHERE i.id = ${id} AND ${isOpen} AND ${inviterStands})`;

const shown = `SELECT i.id, i.address, i.name, i.role, i.tier, i.language, i.invited_by, i.inviter_name, i.created_at, i.expires_at,
    i.accepted_at, i.withdrawn_at, i.account_id, i.seq,
    CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.withdrawn_at IS NOT NULL THEN 'withdrawn'
      WHEN a.id IS NOT NULL THEN 'has_account' WHEN i.expires_at <= clock_timestamp() THEN 'expired'
      WHEN m.status = 'failed' THEN 'not_sent' WHEN m.status = 'pending' THEN 'waiting' ELSE 'sent' END AS state
  FROM invitations i LEFT JOIN accounts a ON a.email = i.address
    LEFT JOIN LATERAL (SELECT status FROM mails WHERE kind = 'invitation' AND recipient = i.address
      AND facts->>'invitation' = i.id ORDER BY seq DESC LIMIT 1) m ON true`;
const columns =
  'id, address, name, role, tier, language, invited_by, inviter_name, created_at, expires_at, accepted_at, withdrawn_at, account_id, state';

const listStatement: Statement = {
  name: 'invitations-list',
  text: `SELECT ${columns} FROM (${shown}) i WHERE ($1::text IS NULL OR state = $1) ORDER BY seq DESC LIMIT $2 OFFSET $3`,
};
const countStatement: Statement = {
  name: 'invitations-count',
  text: `SELECT count(*)::integer AS total FROM (${shown}) i WHERE ($1::text IS NULL OR state = $1)`,
};

export interface InvitationFilter {
  readonly state?: InvitationState | undefined;
}

/** Lists invitations, the newest first. */
export async function listInvitations(
  db: Db,
  { state }: InvitationFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<Invitation[]> {
  return db.run<Invitation>(listStatement, [state ?? null, limit, offset]);
}

export async function countInvitations(db: Db, { state }: InvitationFilter): Promise<number> {
  const [row] = await db.run<{ total: number }>(countStatement, [state ?? null]);
  return row?.total ?? 0;
}

const findStatement: Statement = {
  name: 'invitation-find',
  text: `SELECT ${columns} FROM (${shown}) i WHERE id = $1`,
};

/** @throws AppError not_found */
export async function getInvitation(db: Db, id: string): Promise<Invitation> {
  const [row] = await db.run<Invitation>(findStatement, [id]);
  if (!row) throw new AppError('not_found', `There is no invitation ${id}`);
  return row;
}

const putStatement: Statement = {
  name: 'invitation-put',
  text: `INSERT INTO invitations AS i (id, address, name, role, tier, language, invited_by, inviter_name, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + make_interval(secs => $9))
    ON CONFLICT (address) WHERE accepted_at IS NULL AND withdrawn_at IS NULL DO UPDATE SET name = excluded.name,
      role = excluded.role, tier = excluded.tier, language = excluded.language, invited_by = excluded.invited_by,
      inviter_name = excluded.inviter_name, expires_at = excluded.expires_at
    RETURNING id`,
};

/** Saves an invitation and returns its id. If the address has one that is open, that one is changed. */
export async function putInvitation(trx: Db, invitation: NewInvitation, ttlSeconds: number): Promise<string> {
  const { id, address, name, role, tier, language, invited_by: by, inviter_name: byName } = invitation;
  const values = [id, address, name, role, tier, language, by, byName, ttlSeconds];
  const [row] = await trx.run<{ id: string }>(putStatement, values);
  return row?.id as string;
}

const lockStatement: Statement = {
  name: 'invitation-lock',
  text: 'SELECT 1 FROM invitations WHERE id = $1 FOR UPDATE',
};

/** Locks an invitation until the transaction ends, and returns it. @throws AppError not_found */
export async function lockInvitation(trx: Db, id: string): Promise<Invitation> {
  await trx.run(lockStatement, [id]);
  return getInvitation(trx, id);
}

const lockOpenStatement: Statement = {
  name: 'invitation-lock-open',
  text: `SELECT role FROM invitations i WHERE address = $1 AND ${isOpen} FOR UPDATE`,
};

/** Locks the open invitation of an address until the transaction ends. Returns its role; undefined if the address has no open one. */
export async function lockOpenInvitation(trx: Db, address: string): Promise<Role | undefined> {
  const [row] = await trx.run<{ role: Role }>(lockOpenStatement, [address]);
  return row?.role;
}

const extendStatement: Statement = {
  name: 'invitation-extend',
  text: `UPDATE invitations i SET expires_at = $2 WHERE id = $1 AND ${isOpen}`,
};

/** Notes until when the link works that was just saved. */
export async function extendInvitation(trx: Db, id: string, until: Date): Promise<void> {
  await trx.run(extendStatement, [id, until]);
}

const worksStatement: Statement = { name: 'invitation-works', text: `SELECT ${invitationWorks('$1')} AS works` };

/** Reports whether the invitation may still be sent. */
export async function isInvitationOpen(db: Db, id: string): Promise<boolean> {
  const [row] = await db.run<{ works: boolean }>(worksStatement, [id]);
  return row?.works === true;
}

const withdrawStatement: Statement = {
  name: 'invitation-withdraw',
  text: `UPDATE invitations i SET withdrawn_at = clock_timestamp() WHERE id = $1 AND ${isOpen} RETURNING 1`,
};

/** Returns false if it was used or withdrawn before. */
export async function markWithdrawn(trx: Db, id: string): Promise<boolean> {
  return (await trx.run(withdrawStatement, [id])).length > 0;
}

/** What an invitation gives. */
export type InvitationTerms = Pick<Invitation, 'id' | 'role' | 'tier'>;

const termsStatement: Statement = {
  name: 'invitation-terms',
  text: `SELECT i.id, i.role, i.tier FROM invitations i WHERE i.id = $1 AND ${isOpen} AND ${inviterStands} FOR UPDATE`,
};

/** Locks the invitation and returns what it gives; undefined if it does not work any more. Of several requests one gets it. */
export async function claimInvitation(trx: Db, id: string): Promise<InvitationTerms | undefined> {
  const [row] = await trx.run<InvitationTerms>(termsStatement, [id]);
  return row;
}

const acceptStatement: Statement = {
  name: 'invitation-accept',
  text: 'UPDATE invitations SET accepted_at = clock_timestamp(), account_id = $2 WHERE id = $1',
};

/** Call it after `claimInvitation`. */
export async function markAccepted(trx: Db, id: string, accountId: string): Promise<void> {
  await trx.run(acceptStatement, [id, accountId]);
}

// Addresses of people who never came are nobody's business for ever.
const purgeStatement: Statement = {
  name: 'invitations-purge',
  text: `DELETE FROM invitations WHERE id IN (
      SELECT id FROM invitations WHERE expires_at < now() - interval '90 days' LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` invitations that ended long ago and returns their number. */
export async function purgeInvitations(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
