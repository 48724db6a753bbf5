/**
 * Name and tier of an account. The form carries the values that it was filled from. If they have changed, the second
 * admin is told what the first one did, and keeps what was typed.
 */

import { overtakenNote } from '../../../../views/admin/clients/index.ts';
import { m } from '../../../../views/messages/index.ts';
import { updateAccountFields } from '../../../operations/account-update.ts';
import type { Tier } from '../../../policy/tiers.ts';
import { getAccount, lockAccount } from '../../../store/accounts.ts';
import { listAuditOf } from '../../../store/audit.ts';
import type { Db } from '../../../store/database.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { actorNames } from '../actor-names.ts';
import type { Admin } from '../guard.ts';
import { done } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { accountOf } from './account-of.ts';
import { showAccount } from './index.ts';
import { problemsOf } from './list.ts';

export function accountDetailsPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.change('/account/:id/details', async (ctx, admin, form) => {
    const { id } = await accountOf(ctx, db);
    const typed = { name: field(form, 'name'), tier: field(form, 'tier') };
    try {
      if (await save(db, id, form, admin)) return done(ctx, 'account-saved', `/admin/account/${id}`);
    } catch (error) {
      const problems = problemsOf(error);
      ctx.status = 422;
      return showAccount(ctx, deps, admin, await getAccount(db, id), { problems, typed });
    }
    ctx.status = 409;
    const notes = [await overtaken(db, id)];
    await showAccount(ctx, deps, admin, await getAccount(db, id), { typed, notes });
  });
}

/** Returns false and does nothing if name or tier has changed since the form was filled. */
async function save(db: Db, id: string, form: URLSearchParams, admin: Admin): Promise<boolean> {
  return db.transaction(async (trx) => {
    await lockAccount(trx, id);
    const { name, tier } = await getAccount(trx, id);
    if (name !== field(form, 'name_before') || tier !== field(form, 'tier_before')) return false;
    const chosen = field(form, 'tier') as Tier;
    await updateAccountFields(trx, id, { name: field(form, 'name'), ...(chosen && { tier: chosen }) }, admin.actor);
    return true;
  });
}

/** The last change: the actor and the fields, from the newest line of the audit log. */
async function overtaken(db: Db, id: string): Promise<ReturnType<typeof overtakenNote>> {
  const lines = await listAuditOf(db, { target: `account:${id}`, actions: ['account.updated'], limit: 1 });
  const names = await actorNames(db, lines);
  const said = lines.map(({ actor, details }) => {
    const { changed, after = {} } = details as { changed?: string[]; after?: object };
    // Lines of earlier versions name the fields only by their values.
    const fields = changed ?? Object.keys(after);
    return `${names(actor)}: ${fields.join(', ')}`;
  });
  const { overtaken: what, overtakenTodo: todo } = m().adminAccounts.one;
  return overtakenNote({ what: what(said.join('')), todo });
}
