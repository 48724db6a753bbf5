/** vcauth accounts invite and its siblings: people who may make an account by a link in a mail. */
import { actorWithReasonGiven } from '../operations/client-record.ts';
import { invite, resendInvitation, withdrawInvitation } from '../operations/invitations.ts';
import { type InvitationState, invitationLanguages, invitationStates } from '../policy/registration.ts';
import { tiers } from '../policy/tiers.ts';
import type { Db } from '../store/database.ts';
import { type Invitation, listInvitations } from '../store/invitations.ts';
import { command } from './command.ts';
import { type Output, time } from './output.ts';
import { limitOption, pagedByNumber } from './paged.ts';
import { adminReasonOption } from './reason.ts';

const argument = { name: 'id' };

export const inviteCommand = command({
  summary: 'Invite somebody by mail; the link works for seven days and once',
  details:
    'The person chooses a name, and a password or a passkey. Inviting an address again ends the older link.\n' +
    'The mail is sent by a running server. Refused while REGISTRATION is closed.',
  options: {
    email: { type: 'text', value: 'EMAIL', required: true, doc: 'the address to which the mail goes' },
    name: { type: 'text', value: 'NAME', doc: 'what the person is called; they can change it' },
    admin: { type: 'flag', doc: 'an admin, who sets up a second step at once' },
    tier: { type: 'text', choices: tiers, doc: 'free unless you say otherwise' },
    language: { type: 'text', choices: invitationLanguages, doc: 'of the mail; English unless you say otherwise' },
    ...adminReasonOption,
  },
  examples: [
    'accounts invite --email ada@example.com --name "Ada" --language de',
    'accounts invite --email root@example.com --admin --reason "Joins the support team."',
  ],
  async run({ options: { admin, reason, ...wanted }, out, here }) {
    const actor = actorWithReasonGiven(here.actor(), reason);
    const input = { ...wanted, ...(admin && { role: 'admin' as const }) };
    print(out, await invite(await here.database(), here.config().registration, input, actor));
  },
});

export const invitations = command({
  summary: 'List invitations, the newest first',
  options: {
    state: { type: 'text', choices: invitationStates, doc: 'in this state' },
    ...limitOption,
  },
  examples: ['accounts invitations', 'accounts invitations --state expired --json'],
  async run({ options: { state, limit }, out, here }) {
    const db: Db = await here.database();
    const filter = { state: state as InvitationState | undefined };
    await out.list(
      pagedByNumber((page) => listInvitations(db, filter, page), limit),
      {
        document,
        columns: {
          id: ({ id }) => id,
          email: ({ address }) => address,
          role: ({ role }) => role,
          state: (one) => one.state,
          invited_by: (one) => one.invited_by,
          created: (one) => time(one.created_at),
          expires: (one) => time(one.expires_at),
        },
        empty: state ? 'No invitation matches.' : 'No invitations yet. Send one: vcauth accounts invite --email …',
      },
    );
  },
});

export const resendCommand = command({
  summary: 'Send an invitation once more, with a new link that ends the older one',
  argument,
  options: {},
  examples: ['accounts resend-invitation inv_…'],
  async run({ argument: id, out, here }) {
    print(out, await resendInvitation(await here.database(), here.config().registration, id, here.actor()));
  },
});

export const withdrawCommand = command({
  summary: 'Withdraw an invitation: its link stops working at once',
  argument,
  options: {},
  examples: ['accounts withdraw-invitation inv_…'],
  async run({ argument: id, out, here }) {
    print(out, await withdrawInvitation(await here.database(), id, here.actor()));
  },
});

function print(out: Output, invitation: Invitation): void {
  const { id, address, role, tier, state, expires_at: expires } = invitation;
  out.item(document(invitation), [
    ...Object.entries({ id, email: address, role, tier, state }),
    ['expires', time(expires)] as const,
  ]);
}

function document({ address, inviter_name: _, ...invitation }: Invitation) {
  return { ...invitation, email: address };
}
