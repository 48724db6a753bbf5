/** One secret of a client is removed in two steps: what would stop, then it does. */
import type { Context } from 'koa';
import { overtakenNote } from '../../../views/admin/client.ts';
import { secretRemovalPage } from '../../../views/admin/client-secret-removal.ts';
import type { ClientSecret } from '../../../views/admin/client-secrets.ts';
import { AppError } from '../../errors.ts';
import { removeSecret } from '../../operations/client-secrets.ts';
import { getClient, lockClient } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import type { WebDeps } from '../deps.ts';
import { field } from '../forms.ts';
import { secretsOf } from './client-detail.ts';
import type { Admin } from './guard.ts';
import { done } from './notice.ts';
import type { AdminPages } from './pages.ts';

/** With one secret less, or more, the page said something else. */
const changedMeanwhile = overtakenNote(
  'The secrets of this client changed after you opened this page.',
  'Nothing was removed. Look at what would stop now.',
);

export function secretRemovalPages(pages: AdminPages, { db }: WebDeps): void {
  const path = '/client/:id/secrets/:secret/remove';

  pages.show(path, async (ctx, admin) => {
    ctx.body = await showRemoval(db, admin, named(ctx));
  });

  pages.change(path, async (ctx, admin, form) => {
    const secret = named(ctx);
    const removed = await db.transaction(async (trx) => {
      await lockClient(trx, secret.clientId);
      const living = await secretsOf(trx, secret.clientId);
      const isThere = living.some(({ id }) => id === secret.secretId);
      if (!isThere || seenOf(living) !== field(form, 'seen')) return false;
      await removeSecret(trx, secret, admin.actor);
      return true;
    });
    if (removed) return done(ctx, 'secret-removed', `/admin/client/${encodeURIComponent(secret.clientId)}`);
    ctx.body = await showRemoval(db, admin, secret, [changedMeanwhile]);
    ctx.status = 409;
  });
}

function named(ctx: Context & { params?: Record<string, string> }): { clientId: string; secretId: string } {
  return { clientId: ctx.params?.id as string, secretId: ctx.params?.secret as string };
}

const seenOf = (living: readonly ClientSecret[]) => living.map(({ id }) => id).join(' ');

/** Throws `not_found` for a secret that is none of this client's, or has ended. */
async function showRemoval(
  db: Db,
  frame: Admin,
  { clientId, secretId }: { clientId: string; secretId: string },
  notes: ReturnType<typeof overtakenNote>[] = [],
): Promise<string> {
  const client = await getClient(db, clientId);
  const living = await secretsOf(db, clientId);
  const secret = living.find(({ id }) => id === secretId);
  if (!secret) throw new AppError('not_found', 'There is no such secret');
  return secretRemovalPage({
    frame,
    client: { clientId, name: client.client_name },
    secret,
    living,
    seen: seenOf(living),
    notes,
    now: new Date(),
  });
}
