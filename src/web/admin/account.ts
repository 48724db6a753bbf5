/** One account: what acts for it, and every act on it. */
import type { Context } from 'koa';
import { accountPage } from '../../../views/admin/account.ts';
import type { NoticeName } from '../../../views/admin/notices.ts';
import type { Html } from '../../../views/text.ts';
import { AppError } from '../../errors.ts';
import {
  requirePasswordChange,
  restoreAccount,
  setPassword,
  setRole,
  signOutEverywhere,
  suspendAccount,
} from '../../operations/accounts.ts';
import { disconnect } from '../../operations/grants.ts';
import { endSession } from '../../operations/sessions.ts';
import { clientState } from '../../policy/client-state.ts';
import { type Account, findAccount } from '../../store/accounts.ts';
import { searchClients } from '../../store/client-search.ts';
import { getClient } from '../../store/clients.ts';
import { listConnectedApps } from '../../store/consents.ts';
import type { Db } from '../../store/database.ts';
import { pageOfSessions } from '../../store/session-list.ts';
import type { WebDeps } from '../deps.ts';
import { field } from '../forms.ts';
import { problemsOf } from './accounts.ts';
import type { Admin } from './guard.ts';
import { done, takeNotice } from './notice.ts';
import type { AdminPages } from './pages.ts';

/** Of an account, on its page. */
const mostOwned = 25;
const byName = { by: 'name', descending: false } as const;

type Act = (account: Account, admin: Admin, form: URLSearchParams) => Promise<NoticeName>;

export function accountPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/account/:id', async (ctx, admin) => showAccount(ctx, deps, admin, await accountOf(ctx, db)));

  for (const [path, act] of Object.entries(acts(deps))) {
    pages.change(`/account/:id/${path}`, async (ctx, admin, form) => {
      const account = await accountOf(ctx, db);
      done(ctx, await act(account, admin, form), `/admin/account/${account.id}`);
    });
  }

  pages.change('/account/:id/password', async (ctx, admin, form) => {
    const account = await accountOf(ctx, db);
    try {
      await setPassword(db, deps.passwords, account.id, field(form, 'new_password'), admin.actor);
    } catch (error) {
      const problems = problemsOf(error);
      ctx.status = 422;
      return showAccount(ctx, deps, admin, account, { problems });
    }
    done(ctx, 'password', `/admin/account/${account.id}`);
  });
}

/** The account that the address names. Throws `not_found`. */
export async function accountOf(ctx: Context & { params?: Record<string, string> }, db: Db): Promise<Account> {
  const account = await findAccount(db, ctx.params?.id as string);
  if (!account) throw new AppError('not_found', 'There is no such account');
  return account;
}

function acts({ db }: WebDeps): Record<string, Act> {
  return {
    async disconnect({ id: accountId }, { actor }, form) {
      const { client_id: clientId } = await getClient(db, field(form, 'client_id'));
      await disconnect(db, { accountId, clientId }, actor);
      return 'disconnected';
    },
    async 'sessions/end'({ id: accountId }, { actor }, form) {
      await endSession(db, { accountId, sessionId: field(form, 'session_id') }, actor);
      return 'session-ended';
    },
    async 'sessions/end-all'({ id }, { actor }) {
      await signOutEverywhere(db, id, { endGrants: false }, actor);
      return 'signed-out';
    },
    async role({ id }, admin, form) {
      const role = field(form, 'role');
      if (role !== 'admin' && role !== 'user') throw new AppError('invalid', 'role must be admin or user');
      refuseOwn(id, admin);
      await setRole(db, id, role, admin.actor);
      return role === 'admin' ? 'admin-granted' : 'admin-revoked';
    },
    async 'password/require'({ id }, { actor }) {
      await requirePasswordChange(db, id, actor);
      return 'password-required';
    },
    async suspend({ id }, admin) {
      refuseOwn(id, admin);
      await suspendAccount(db, id, admin.actor);
      return 'suspended';
    },
    async restore({ id }, { actor }) {
      await restoreAccount(db, id, actor);
      return 'restored';
    },
  };
}

/** So that there is always an admin left who can undo it. */
function refuseOwn(id: string, admin: Admin): void {
  if (id === admin.id) throw new AppError('invalid', 'An admin can’t take access from themselves');
}

/** The page of an account, with what this request has to add to it: `typed` stands in the form of name and tier. */
export async function showAccount(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  account: Account,
  added: { problems?: Record<string, string>; typed?: { name: string; tier: string }; notes?: Html[] } = {},
): Promise<void> {
  const notice = takeNotice(ctx);
  const apps = await Promise.all(
    (await listConnectedApps(db, account.id)).map(async (app) => {
      const { client_name: name } = await getClient(db, app.client_id);
      return { clientId: app.client_id, name, granted: app.granted, since: app.since, connections: app.connections };
    }),
  );
  const owned = await searchClients(db, { owner_email: account.email }, byName, { limit: mostOwned });
  const { rows: sessions } = await pageOfSessions(db, account.id, { page: 1, per_page: 50 });
  ctx.body = accountPage({
    frame: { csrf: admin.csrf, email: admin.email, ...(notice && { notice }) },
    account: {
      id: account.id,
      email: account.email,
      name: account.name,
      tier: account.tier,
      admin: account.role === 'admin',
      suspended: account.status === 'suspended',
      passwordChangeRequired: account.password_change_required,
      created: account.created_at,
      apps,
      owned: {
        clients: owned.rows.map((one) => ({
          clientId: one.client_id,
          name: one.client_name,
          state: clientState(one),
        })),
        more: owned.next !== undefined,
      },
      sessions: sessions.map(({ id, signed_in_at: at, last_seen_at: lastSeen }) => ({
        id,
        lastSeen,
        ...(at && { signedIn: at }),
      })),
      own: account.id === admin.id,
    },
    problems: added.problems ?? {},
    typed: added.typed ?? account,
    notes: added.notes ?? [],
    now: new Date(),
  });
}
