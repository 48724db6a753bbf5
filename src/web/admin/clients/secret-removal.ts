/** Removes a secret in two steps: the first page shows what would stop working. */

import type { Context } from 'koa';
import { secretRemovalPage } from '../../../../views/admin/clients/secret-removal.ts';
import type { ClientSecret } from '../../../../views/admin/clients/secrets.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import { removeSecret } from '../../../operations/client-secrets.ts';
import { getClient, lockClient } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { readReason } from '../reason.ts';
import { secretsOf } from './secrets.ts';
import { clientPath, clientSubject } from './subject.ts';

export function secretRemovalPages(pages: AdminPages, { db }: WebDeps): void {
  const path = '/client/:id/secrets/:secret/remove';

  pages.show(path, async (ctx, admin) => {
    ctx.body = await removalPage(ctx, db, admin, named(ctx));
  });

  pages.change(path, async (ctx, admin, form) => {
    const secret = named(ctx);
    const { reason, problem } = readReason(form);
    if (problem) {
      ctx.body = await removalPage(ctx, db, admin, secret, { problems: { reason: problem }, reason });
      ctx.status = 422;
      return;
    }
    const removed = await db.transaction(async (trx) => {
      await lockClient(trx, secret.clientId);
      const living = await secretsOf(trx, secret.clientId);
      const isThere = living.some(({ id }) => id === secret.secretId);
      if (!isThere || seenOf(living) !== field(form, 'seen')) return false;
      await removeSecret(trx, secret, actorWithReason(admin.actor, reason));
      return true;
    });
    if (removed) return done(ctx, 'secret-removed', `${clientPath(secret.clientId)}/secrets`);
    // The page said what would stop; with other secrets, that is no longer true.
    ctx.body = await removalPage(ctx, db, admin, secret, { warning: m().adminClientActs.removal.changed, reason });
    ctx.status = 409;
  });
}

function named(ctx: Context & { params?: Record<string, string> }): { clientId: string; secretId: string } {
  return { clientId: ctx.params?.id as string, secretId: ctx.params?.secret as string };
}

const seenOf = (living: readonly ClientSecret[]) => living.map(({ id }) => id).join(' ');

/** @throws AppError not_found if this client has no such secret, or it has ended */
async function removalPage(
  ctx: Context,
  db: Db,
  admin: Admin,
  { clientId, secretId }: { clientId: string; secretId: string },
  added: { warning?: { what: string; todo: string }; problems?: Problems; reason?: string } = {},
): Promise<string> {
  const client = await getClient(db, clientId);
  const living = await secretsOf(db, clientId);
  const secret = living.find(({ id }) => id === secretId);
  if (!secret) throw new AppError('not_found', 'There is no such secret');
  return secretRemovalPage({
    frame: framed(ctx, admin),
    subject: await clientSubject(db, client),
    secret,
    living,
    seen: seenOf(living),
    ...(added.warning && { warning: added.warning }),
    problems: added.problems ?? {},
    reason: added.reason ?? '',
    now: new Date(),
  });
}
