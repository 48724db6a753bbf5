/** What is kept about a person: their name, a copy of everything, and the end of the account. */
import { Readable } from 'node:stream';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { accountDataPage } from '../../../views/account/data.ts';
import { accountDeletedPage } from '../../../views/account/deleted.ts';
import { AppError } from '../../errors.ts';
import { deleteAccount, findDeletionObstacles } from '../../operations/account-deletion.ts';
import { accountExport } from '../../operations/account-export.ts';
import { updateAccountFields } from '../../operations/account-update.ts';
import { record } from '../../operations/record.ts';
import { normaliseEmail } from '../../policy/emails.ts';
import { getAccount } from '../../store/accounts.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { field } from '../http/forms.ts';
import { seeOther } from '../http/see-other.ts';
import { endSession } from '../http/session.ts';
import { requireFresh } from '../http/step-up.ts';
import { type Owner, personPages } from './person-pages.ts';

const path = '/account/data';
const [savedCookie, deletedCookie] = ['name_saved', 'account_deleted'];

type Added = Pick<Parameters<typeof accountDataPage>[0], 'saved' | 'wrongName' | 'mismatch'> & { name?: string };

/** Adds the routes of this page to those of the account. */
export function dataPages(router: Router, deps: WebDeps): void {
  const { db, engine } = deps;
  const pages = personPages(router, deps);

  pages.show('/data', async (ctx, owner) => {
    const saved = readCookie(ctx, savedCookie) !== undefined;
    if (saved) removeCookie(ctx, savedCookie);
    await showData(ctx, deps, owner, { saved });
  });

  pages.change('/data/profile', async (ctx, owner, form) => {
    const name = field(form, 'name');
    try {
      await updateAccountFields(db, owner.id, { name }, owner.actor);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'invalid' && error.details)) throw error;
      ctx.status = 422;
      return showData(ctx, deps, owner, { name, wrongName: true });
    }
    writeCookie(ctx, savedCookie, 'yes', { maxAgeMs: 60_000 });
    seeOther(ctx, path);
  });

  pages.change('/data/export', async (ctx, { id, actor }) => {
    await db.transaction((trx) => record(trx, actor, 'account.exported', `account:${id}`));
    ctx.type = 'application/json';
    ctx.set('Content-Disposition', 'attachment; filename="vibecaas-account.json"');
    ctx.body = Readable.from(accountExport(db, id, new Date()));
  });

  pages.change('/data/delete', async (ctx, owner, form) => {
    if (normaliseEmail(field(form, 'confirm')) !== owner.email) {
      ctx.status = 422;
      return showData(ctx, deps, owner, { mismatch: true });
    }
    if (!(await requireFresh(ctx, deps, owner.person, form))) return;
    try {
      await deleteAccount(db, owner.id, owner.actor);
    } catch (error) {
      // The page says what has to be done first.
      if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
      ctx.status = 409;
      return showData(ctx, deps, owner);
    }
    await endSession(ctx, engine.provider());
    writeCookie(ctx, deletedCookie, 'yes', { maxAgeMs: 60_000 });
    seeOther(ctx, `${path}/deleted`);
  });

  router.get('/data/deleted', (ctx) => {
    if (readCookie(ctx, deletedCookie) === undefined) return ctx.redirect('/');
    removeCookie(ctx, deletedCookie);
    ctx.body = accountDeletedPage();
  });
}

async function showData(ctx: Context, { db, config }: WebDeps, owner: Owner, added: Added = {}): Promise<void> {
  const { id, ...shown } = owner;
  const { name } = await getAccount(db, id);
  const { apps, lastAdmin } = await findDeletionObstacles(db, id);
  ctx.body = accountDataPage({
    ...shown,
    name,
    obstacles: { apps: apps.map((app) => ({ clientId: app.client_id, name: app.client_name })), lastAdmin },
    support: config.supportUrl ?? '/help',
    ...added,
  });
}
