/**
 * Invitations: an admin gives an address a place here, and a mail brings the link. What the link gives is in the invitation, so
 * it can be changed or withdrawn while the mail is on its way.
 */
import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { linkSeconds } from '../policy/mails.ts';
import {
  canResend,
  canWithdraw,
  type InvitationLanguage,
  invitationLanguages,
  type Registration,
  takesInvitations,
} from '../policy/registration.ts';
import { type Tier, tiers } from '../policy/tiers.ts';
import { findAccount, findAccountByEmail } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import {
  getInvitation,
  type Invitation,
  lockInvitation,
  lockOpenInvitation,
  markWithdrawn,
  putInvitation,
} from '../store/invitations.ts';
import type { Role } from '../store/schema.ts';
import { checkEmail, checkName, checkRole, checkTier } from './account-input.ts';
import type { Actor } from './actor.ts';
import { queueMail } from './mail.ts';
import { requirePowerOverAccount, requireReasonForAdmin } from './powers.ts';
import { record } from './record.ts';

export interface InvitationInput {
  readonly email: string;
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly tier?: Tier | undefined;
  readonly language?: InvitationLanguage | undefined;
}

/** The name in the mail if a service or somebody at a terminal invites. */
const ourName = 'VibeCaaS';

/**
 * Invites an address, and ends the link of an earlier invitation. To invite an admin, `actor` must have a reason once there is an
 * admin. @throws AppError invalid, or conflict if this server takes no invitations or the address has an account
 */
export async function invite(
  db: Db,
  registration: Registration,
  input: InvitationInput,
  actor: Actor,
): Promise<Invitation> {
  requireInvitations(registration);
  const email = checkEmail(input.email);
  const name = input.name?.trim() ? checkName(input.name) : null;
  const [role, tier] = [checkRole(input.role) ?? 'user', checkTier(input.tier) ?? tiers[0]];
  const language = checkLanguage(input.language);
  return db.transaction(async (trx) => {
    // An open invitation of the address is replaced.
    const was = await lockOpenInvitation(trx, email);
    if (was) await requirePowerOverAccount(trx, actor, { was });
    await requirePowerOverAccount(trx, actor, { role });
    await requireReasonForAdmin(trx, actor, role);
    if (await findAccountByEmail(trx, email)) throw hasAccount(email);
    const inviter = await inviterOf(trx, actor);
    const wanted = { address: email, name, role, tier, language, invited_by: actor.id, inviter_name: inviter };
    const id = await putInvitation(trx, { id: newInvitationId(), ...wanted }, linkSeconds.invite);
    // The audit log outlives people, so it has no addresses.
    await record(trx, actor, 'invitation.created', `invitation:${id}`, { role, tier });
    return send(trx, id);
  });
}

/** Sends the mail of an invitation once more, with a new link that ends the older one. @throws AppError not_found or conflict */
export async function resendInvitation(
  db: Db,
  registration: Registration,
  id: string,
  actor: Actor,
): Promise<Invitation> {
  requireInvitations(registration);
  return db.transaction(async (trx) => {
    const before = await lockInvitation(trx, id);
    await requirePowerOverAccount(trx, actor, { role: before.role });
    if (before.state === 'has_account') throw hasAccount(before.address);
    if (!canResend.includes(before.state)) throw isOver(before);
    // It is from the new sender now, and the seven days begin anew.
    const by = { invited_by: actor.id, inviter_name: await inviterOf(trx, actor) };
    await putInvitation(trx, { ...before, ...by }, linkSeconds.invite);
    await record(trx, actor, 'invitation.resent', `invitation:${id}`);
    return send(trx, id);
  });
}

/** Ends an invitation: its link stops working at once. @throws AppError not_found, or conflict if it is over */
export async function withdrawInvitation(db: Db, id: string, actor: Actor): Promise<Invitation> {
  return db.transaction(async (trx) => {
    const before = await lockInvitation(trx, id);
    await requirePowerOverAccount(trx, actor, { was: before.role });
    if (!canWithdraw.includes(before.state) || !(await markWithdrawn(trx, id))) throw isOver(before);
    await record(trx, actor, 'invitation.withdrawn', `invitation:${id}`);
    return getInvitation(trx, id);
  });
}

async function send(trx: Db, id: string): Promise<Invitation> {
  const { address: to, inviter_name: by, language } = await getInvitation(trx, id);
  const facts = { at: new Date().toISOString(), by, invitation: id };
  await queueMail(trx, { kind: 'invitation', to, facts, ...(language !== null && { language }) });
  return getInvitation(trx, id);
}

const newInvitationId = (): string => `inv_${randomBytes(16).toString('base64url')}`;

async function inviterOf(trx: Db, { id }: Actor): Promise<string> {
  const account = id.startsWith('account:') ? await findAccount(trx, id.slice('account:'.length)) : undefined;
  return account?.name ?? ourName;
}

function checkLanguage(language: string | undefined): InvitationLanguage | null {
  if (language === undefined) return null;
  const known = invitationLanguages.find((one) => one === language);
  if (known) return known;
  const problem = `must be ${invitationLanguages.join(', ')}`;
  throw new AppError('invalid', `language ${problem}`, { language: problem });
}

function requireInvitations(registration: Registration): void {
  if (takesInvitations(registration)) return;
  throw new AppError('conflict', 'This server takes no invitations: set REGISTRATION to invite or open');
}

function hasAccount(email: string): AppError {
  return new AppError('conflict', `An account with the address ${email} already exists`);
}

function isOver({ state }: Invitation): AppError {
  return new AppError(
    'conflict',
    state === 'accepted' ? 'This invitation was accepted' : 'This invitation was withdrawn',
  );
}
