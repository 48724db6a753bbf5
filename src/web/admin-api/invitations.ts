/** /admin/v1/invitations: people who may make an account by a link in a mail. */
import { z } from 'zod';
import { actorWithReasonGiven } from '../../operations/client-record.ts';
import { invite, resendInvitation, withdrawInvitation } from '../../operations/invitations.ts';
import { invitationLanguages, invitationStates } from '../../policy/registration.ts';
import { tiers } from '../../policy/tiers.ts';
import { countInvitations, getInvitation, type Invitation, listInvitations } from '../../store/invitations.ts';
import { newAccount, onePage, opaqueId } from './fields.ts';
import { operation } from './operation.ts';

const time = z.iso.datetime();
const oneInvitation = z.strictObject({ invitation_id: opaqueId });
const state = z.enum(invitationStates);

const invitationShape = z.strictObject({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  role: z.enum(['user', 'admin']),
  tier: z.enum(tiers),
  language: z.string().nullable(),
  state: state.meta({
    description:
      '`waiting`: the mail waits; `not_sent`: it could not be sent; `sent`: the link works; `has_account`: the address got an account in another way',
  }),
  invited_by: z.string().meta({ description: 'As in the audit log' }),
  created_at: time,
  expires_at: time,
  accepted_at: time.nullable(),
  withdrawn_at: time.nullable(),
  account_id: z.string().nullable().meta({ description: 'The account that was made by it' }),
});

const { email, name, role, tier, reason } = newAccount.shape;

export const invitationOperations = [
  operation({
    id: 'invitations.list',
    method: 'GET',
    path: '/invitations',
    summary: 'List invitations, the newest first',
    scopes: ['accounts:read'],
    query: z.strictObject({ ...onePage, state: state.optional() }),
    data: invitationShape,
    list: true,
    async run({ db, query: { page, per_page: limit, ...filter } }) {
      const rows = await listInvitations(db, filter, { limit, offset: (page - 1) * limit });
      return { data: rows.map(document), total: await countInvitations(db, filter) };
    },
  }),
  operation({
    id: 'invitations.create',
    method: 'POST',
    path: '/invitations',
    summary: 'Invite an address by mail',
    description:
      'The link works for seven days from when the mail is sent, and once. Inviting an address again changes its invitation and ends the older link. Refused (409) if the address has an account, or REGISTRATION is `closed`. Only a caller with every scope of the admin API can invite an admin; `role: admin` needs a `reason`.',
    scopes: ['accounts:write'],
    body: z.strictObject({
      email,
      name: name.optional(),
      role,
      tier,
      language: z.enum(invitationLanguages).optional(),
      reason,
    }),
    example: { email: 'grace@example.com', name: 'Grace Example', language: 'en' },
    status: 201,
    data: invitationShape,
    async run({ db, body: { reason, ...wanted }, actor, deps }) {
      const by = actorWithReasonGiven(actor, reason);
      return { data: document(await invite(db, deps.config.registration, wanted, by)) };
    },
  }),
  operation({
    id: 'invitations.get',
    method: 'GET',
    path: '/invitations/{invitation_id}',
    summary: 'Read an invitation',
    scopes: ['accounts:read'],
    params: oneInvitation,
    data: invitationShape,
    run: async ({ db, params }) => ({ data: document(await getInvitation(db, params.invitation_id)) }),
  }),
  operation({
    id: 'invitations.resend',
    method: 'POST',
    path: '/invitations/{invitation_id}/resend',
    summary: 'Send the mail once more, with a new link that ends the older one',
    scopes: ['accounts:write'],
    params: oneInvitation,
    data: invitationShape,
    run: async ({ db, params, actor, deps }) => ({
      data: document(await resendInvitation(db, deps.config.registration, params.invitation_id, actor)),
    }),
  }),
  operation({
    id: 'invitations.withdraw',
    method: 'POST',
    path: '/invitations/{invitation_id}/withdraw',
    summary: 'End an invitation: its link stops working at once',
    scopes: ['accounts:write'],
    params: oneInvitation,
    data: invitationShape,
    run: async ({ db, params, actor }) => ({
      data: document(await withdrawInvitation(db, params.invitation_id, actor)),
    }),
  }),
];

function document({ address, inviter_name: _, ...invitation }: Invitation) {
  return { ...invitation, email: address };
}
