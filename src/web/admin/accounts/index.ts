/** One account: what acts for it, and every act on it. */

import type { Context } from 'koa';
import { accountPage } from '../../../../views/admin/accounts/index.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import type { Html } from '../../../../views/text.ts';
import { restoreAccount } from '../../../operations/accounts.ts';
import { clientState } from '../../../policy/client/state.ts';
import { authenticatorName } from '../../../policy/passkeys.ts';
import { tiers } from '../../../policy/tiers.ts';
import type { Account } from '../../../store/accounts.ts';
import { searchClients } from '../../../store/client-search.ts';
import { getClient } from '../../../store/clients.ts';
import { type ConnectedApp, listConnectedApps } from '../../../store/connected-apps.ts';
import type { Db } from '../../../store/database.ts';
import { listPasskeys } from '../../../store/passkeys.ts';
import { findFactors } from '../../../store/second-step.ts';
import { pageOfSessions } from '../../../store/session-list.ts';
import type { WebDeps } from '../../deps.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { accountOf } from './account-of.ts';
import { sessionRow } from './session-row.ts';

/** The maximum of owned clients on the page of an account. */
const maxOwned = 25;
const byName = { by: 'name', descending: false } as const;

export function accountPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/account/:id', async (ctx, admin) => showAccount(ctx, deps, admin, await accountOf(ctx, db)));

  pages.change('/account/:id/restore', async (ctx, admin) => {
    const { id } = await accountOf(ctx, db);
    await restoreAccount(db, id, admin.actor);
    done(ctx, 'restored', `/admin/account/${id}`);
  });
}

function connectedApps(db: Db, accountId: string) {
  const named = async ({ client_id: clientId, ends_at: endsAt, granted, since, connections, ...app }: ConnectedApp) => {
    const { client_name: name } = await getClient(db, clientId);
    return { clientId, name, granted, byOrganisation: app.by_organisation, since, connections, endsAt };
  };
  return listConnectedApps(db, accountId).then((apps) => Promise.all(apps.map(named)));
}

/** The page of an account, with what this request adds: `typed` are the values in the form for name and tier. */
export async function showAccount(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  account: Account,
  added: { problems?: Problems; typed?: { name: string; tier: string }; notes?: Html[] } = {},
): Promise<void> {
  const apps = await connectedApps(db, account.id);
  const owned = await searchClients(db, { owner_email: account.email }, byName, { limit: maxOwned });
  const { rows: sessions } = await pageOfSessions(db, account.id, { page: 1, per_page: 50 });
  ctx.body = accountPage({
    frame: framed(ctx, admin),
    tiers,
    account: {
      id: account.id,
      email: account.email,
      name: account.name,
      tier: account.tier,
      admin: account.role === 'admin',
      suspended: account.status === 'suspended',
      passwordChangeRequired: account.password_change_required,
      secondStep: (await findFactors(db, account.id)) ?? { totp: false, recoveryCodes: 0, passkeys: false },
      created: account.created_at,
      externalId: account.external_id ?? undefined,
      passkeys: (await listPasskeys(db, account.id)).map((one) => ({
        id: one.id,
        name: one.name,
        authenticator: authenticatorName(one.aaguid),
        created: one.created_at,
        lastUsed: one.last_used_at ?? undefined,
      })),
      apps,
      owned: {
        clients: owned.rows.map((one) => ({
          clientId: one.client_id,
          name: one.client_name,
          state: clientState(one),
        })),
        more: owned.next !== undefined,
      },
      sessions: sessions.map(sessionRow),
      own: account.id === admin.id,
    },
    problems: added.problems ?? {},
    typed: added.typed ?? account,
    notes: added.notes ?? [],
    now: new Date(),
  });
}
