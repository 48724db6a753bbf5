/** Invites people, and shows what became of each invitation. */
import type { Context } from 'koa';
import { invitationsPage, newInvitationPage } from '../../../../views/admin/accounts/invitations.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import { invite, resendInvitation, withdrawInvitation } from '../../../operations/invitations.ts';
import { linkSeconds } from '../../../policy/mails.ts';
import {
  canResend,
  canWithdraw,
  type InvitationLanguage,
  invitationStates,
  takesInvitations,
} from '../../../policy/registration.ts';
import { type Tier, tiers } from '../../../policy/tiers.ts';
import { maxCounted } from '../../../store/counts.ts';
import { countInvitations, type Invitation, listInvitations } from '../../../store/invitations.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { type AdminPages, chosen, chosenPage } from '../pages.ts';
import { numberedWays, pagerLinks, rowsPerPage } from '../paging.ts';
import { chosenRole, problemsOf } from './list.ts';

const home = '/admin/invitations';
const days = linkSeconds.invite / (24 * 3600);

export function invitationPages(pages: AdminPages, deps: WebDeps): void {
  const { db, config } = deps;
  const isClosed = () => !takesInvitations(config.registration);

  /** While nobody is invited, the list says so and what to set. */
  const refuseClosed = (ctx: Context, admin: Admin, error: unknown): Promise<void> => {
    if (!isClosed()) throw error;
    ctx.status = 409;
    return showList(ctx, deps, admin);
  };

  pages.show('/invitations', (ctx, admin) => showList(ctx, deps, admin));

  pages.show('/invitations/new', async (ctx, admin) => {
    const values = { email: '', name: '', tier: tiers[0], language: 'en', admin: false, reason: '' };
    ctx.body = newInvitationPage({ frame: framed(ctx, admin), values, tiers, days, problems: {} });
  });

  pages.change('/invitations', async (ctx, admin, form) => {
    const [email, name, language] = [field(form, 'email'), field(form, 'name'), field(form, 'language') || 'en'];
    const tier = field(form, 'tier') || tiers[0];
    const { role, reason, problem, actor } = chosenRole(form, admin.actor);
    const wanted = { email, name, role, tier: tier as Tier, language: language as InvitationLanguage };
    const refuse = (problems: Problems) => {
      ctx.status = 422;
      const values = { email, name, tier, language, admin: role === 'admin', reason };
      ctx.body = newInvitationPage({ frame: admin, values, tiers, days, problems });
    };
    if (problem) return refuse({ reason: problem });
    try {
      await invite(db, config.registration, wanted, actor);
      done(ctx, 'invited', home);
    } catch (error) {
      if (isClosed()) return refuseClosed(ctx, admin, error);
      refuse(problemsOf(error));
    }
  });

  pages.change('/invitations/:id/resend', async (ctx, admin) => {
    try {
      await resendInvitation(db, config.registration, ctx.params.id as string, admin.actor);
      done(ctx, 'invitation-resent', home);
    } catch (error) {
      return refuseClosed(ctx, admin, error);
    }
  });

  pages.change('/invitations/:id/withdraw', async (ctx, admin) => {
    await withdrawInvitation(db, ctx.params.id as string, admin.actor);
    done(ctx, 'invitation-withdrawn', home);
  });
}

async function showList(ctx: Context, { db, config }: WebDeps, admin: Admin): Promise<void> {
  const state = chosen(ctx, 'state', invitationStates);
  // Links name no later page.
  const number = Math.min(chosenPage(ctx), maxCounted / rowsPerPage);
  const found = await listInvitations(db, { state }, { limit: rowsPerPage + 1, offset: (number - 1) * rowsPerPage });
  const ways = numberedWays(found, number);
  const total = Math.min(await countInvitations(db, { state }), maxCounted);
  const links = pagerLinks({ state }, { number }, ways, total);
  ctx.body = invitationsPage({
    frame: framed(ctx, admin),
    state,
    rows: ways.rows.map(shown),
    links,
    closed: !takesInvitations(config.registration),
  });
}

function shown({ id, address, role, inviter_name: inviter, state, created_at: invited, ...more }: Invitation) {
  return {
    id,
    address,
    admin: role === 'admin',
    inviter,
    state,
    invited,
    expires: more.expires_at,
    ...(more.account_id !== null && { accountId: more.account_id }),
    resend: canResend.includes(state),
    withdraw: canWithdraw.includes(state),
  };
}
