/**
 * Makes the account of somebody who has opened the link of an invitation, or of a registration of their own. The link shows
 * that the mailbox is theirs, so nothing is stored for an address before. A link is used up in the transaction that makes the
 * account: of several requests one gets it.
 */
import type { Amr } from '../policy/assurance.ts';
import { nameProblem } from '../policy/names.ts';
import { challengeOf, parseNewPasskey } from '../policy/passkey-answers.ts';
import { authenticatorName, methodsOfPasskey, type RelyingParty } from '../policy/passkeys.ts';
import type { PasswordReason } from '../policy/passwords.ts';
import { isOpen, type Registration, takesInvitations } from '../policy/registration.ts';
import { type AccountLink, findLink, useLink } from '../store/account-links.ts';
import { type Account, findAccountByEmail, insertAccountIfFree, type NewAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import { claimInvitation, getInvitation, type InvitationTerms, markAccepted } from '../store/invitations.ts';
import { insertPasskey, type NewPasskey, spendChallenge } from '../store/passkeys.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';
import { newPasswordProblem } from './new-password.ts';
import { openChallenge } from './passkey-challenges.ts';
import { verifyNewPasskey } from './passkey-verification.ts';
import type { Passwords } from './passwords.ts';
import { record } from './record.ts';
import type { Origin } from './recovery.ts';

/** An invitation by an admin, or a registration of one's own. */
export type NewAccountKind = 'invite' | 'register';

/** The link does not work, its address has an account, or this server lets nobody in by such a link any more. */
export type NoNewAccount = { readonly problem: 'ended' | 'taken' | 'closed' };

/** What a form says about a link that works. */
export interface OpenLink {
  readonly id: string;
  readonly address: string;
  /** What the admin who invited them calls them. */
  readonly name: string | undefined;
  /** Whether it is to be an admin. */
  readonly admin: boolean;
}

interface Deps {
  readonly db: Db;
  readonly config: { readonly registration: Registration };
}

/** The link, if an account can be made by it at this moment. Changes nothing. */
export async function openAccountLink(
  { db, config }: Deps,
  kind: NewAccountKind,
  token: string,
): Promise<OpenLink | NoNewAccount> {
  if (!isAllowed(config.registration, kind)) return { problem: 'closed' };
  const link = await findLink(db, kind, token);
  if (!link) return { problem: 'ended' };
  // Only whoever has the mailbox gets here, and they may know.
  if (await findAccountByEmail(db, link.address)) return { problem: 'taken' };
  const invited = invitationOf(link);
  const { name, role } = invited === undefined ? {} : await getInvitation(db, invited);
  return { id: accountIdFor(token), address: link.address, name: name ?? undefined, admin: role === 'admin' };
}

const isAllowed = (registration: Registration, kind: NewAccountKind): boolean =>
  kind === 'invite' ? takesInvitations(registration) : isOpen(registration);

const invitationOf = ({ facts }: AccountLink): string | undefined => (facts as { invitation?: string }).invitation;

/**
 * The id of the account that a link makes. It is known before the account exists, because a passkey keeps it, and it is the
 * same on every node. It tells nothing about the token.
 */
function accountIdFor(token: string): string {
  return `acc_${sha256(`account of ${token}`).subarray(0, 16).toString('base64url')}`;
}

/** What the person chose. */
export interface Choice {
  readonly name: string;
}

/** Why no account was made, and what the form says. */
export type Refused =
  | NoNewAccount
  | { readonly problem: 'name' }
  | { readonly problem: 'password'; readonly wrong: PasswordReason }
  | { readonly problem: 'passkey'; readonly kind: 'expired' | 'refused' };

export interface NewPerson {
  readonly account: Account;
  readonly methods: readonly Amr[];
  /** By the database's clock. */
  readonly verifiedAt: Date;
}

export async function registerWithPassword(
  deps: Deps & { readonly passwords: Passwords },
  kind: NewAccountKind,
  token: string,
  sent: Choice & { readonly password: string },
  origin: Origin,
): Promise<NewPerson | Refused> {
  const open = await openAccountLink(deps, kind, token);
  if ('problem' in open) return open;
  const name = sent.name.trim();
  if (nameProblem(name)) return { problem: 'name' };
  const wrong = await newPasswordProblem(sent.password, { email: open.address, name });
  if (wrong) return { problem: 'password', wrong };
  const hash = await deps.passwords.hash(sent.password);
  const made = await make(deps.db, kind, token, open, { ...sent, name, hash }, origin);
  return 'problem' in made ? made : { ...made, methods: ['pwd'] };
}

export async function registerWithPasskey(
  deps: Deps & { readonly sealer: Sealer; readonly rp: RelyingParty },
  kind: NewAccountKind,
  token: string,
  sent: Choice & { readonly answer: string; readonly binding: string; readonly passkeyName: string },
  origin: Origin,
): Promise<NewPerson | Refused> {
  const open = await openAccountLink(deps, kind, token);
  if ('problem' in open) return open;
  const name = sent.name.trim();
  if (nameProblem(name)) return { problem: 'name' };
  const answer = parseNewPasskey(sent.answer);
  if (!answer) return { problem: 'passkey', kind: 'refused' };
  const challenge = openChallenge(deps.sealer, sent.binding, challengeOf(answer) ?? '');
  if (!challenge) return { problem: 'passkey', kind: 'expired' };
  const verified = await verifyNewPasskey(answer, { rp: deps.rp, challenge: challenge.text });
  if ('refused' in verified) return { problem: 'passkey', kind: 'refused' };
  const { transports } = answer.response;
  const called = authenticatorName(verified.aaguid) ?? sent.passkeyName;
  const passkey = { ...verified, name: called, transports };
  const made = await make(deps.db, kind, token, open, { ...sent, name, passkey, challenge }, origin);
  return 'problem' in made ? made : { ...made, methods: methodsOfPasskey(verified) };
}

/** The first way in of a new account. */
type WayIn =
  | { readonly hash: string }
  | {
      readonly passkey: Omit<NewPasskey, 'accountId'>;
      readonly challenge: Parameters<typeof spendChallenge>[1];
    };

class Refusal extends Error {
  readonly why: Refused;
  constructor(why: Refused) {
    super('no account was made');
    this.why = why;
  }
}

/** Everything or nothing: what is refused leaves the link as it was. */
async function make(
  db: Db,
  kind: NewAccountKind,
  token: string,
  { id, address }: OpenLink,
  chosen: Choice & WayIn,
  origin: Origin,
): Promise<Omit<NewPerson, 'methods'> | Refused> {
  try {
    const account = await db.transaction(async (trx) => {
      const link = await useLink(trx, kind, token);
      if (!link) throw new Refusal({ problem: 'ended' });
      const invited = invitationOf(link);
      const terms = invited === undefined ? undefined : await claimInvitation(trx, invited);
      if (kind === 'invite' && !terms) throw new Refusal({ problem: 'ended' });
      const made = await insertAccountIfFree(trx, newAccount(id, address, chosen, terms));
      if (!made) throw new Refusal({ problem: 'taken' });
      if ('passkey' in chosen) await addFirstPasskey(trx, id, chosen);
      if (terms) await markAccepted(trx, terms.id, id);
      const details = { role: made.role, tier: made.tier, by: 'passkey' in chosen ? 'passkey' : 'password' };
      const how = terms ? { invitation: terms.id } : { registered: true };
      await record(trx, { id: `account:${id}`, ...origin }, 'account.created', `account:${id}`, { ...details, ...how });
      return made;
    });
    // Sign-ins count from then on, by microseconds, which a date does not have.
    return { account, verifiedAt: new Date(account.sessions_valid_from.getTime() + 1) };
  } catch (error) {
    if (error instanceof Refusal) return error.why;
    throw error;
  }
}

function newAccount(id: string, email: string, chosen: Choice & WayIn, terms: InvitationTerms | undefined): NewAccount {
  return {
    id,
    email,
    name: chosen.name,
    password_hash: 'hash' in chosen ? chosen.hash : null,
    email_verified_at: new Date(),
    ...(terms && { role: terms.role, tier: terms.tier }),
  };
}

async function addFirstPasskey(
  trx: Db,
  accountId: string,
  { passkey, challenge }: Extract<WayIn, { passkey: object }>,
) {
  if (!(await spendChallenge(trx, challenge))) throw new Refusal({ problem: 'passkey', kind: 'expired' });
  const added = await insertPasskey(trx, { ...passkey, accountId }, 1);
  if (added === undefined) throw new Refusal({ problem: 'passkey', kind: 'refused' });
}
