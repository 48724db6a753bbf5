/** One client: what it is, and every act on it. */
import type { Context } from 'koa';
import { clientPage, overtakenNote } from '../../../views/admin/client.ts';
import { lookAlikeNote } from '../../../views/admin/client-form.ts';
import { AppError } from '../../errors.ts';
import { sendBackClient, submitForReview, verifyClient } from '../../operations/client-review.ts';
import { deleteClient, disableClient, enableClient, rotateSecret } from '../../operations/clients.ts';
import { findLookAlikes } from '../../operations/look-alikes.ts';
import { hasInk } from '../../policy/names.ts';
import { reasonProblem } from '../../policy/reasons.ts';
import { listClientSecrets } from '../../store/client-secrets.ts';
import { type Client, getClient, lockClient } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import type { WebDeps } from '../deps.ts';
import { field } from '../forms.ts';
import { clientDetail, usesSecret, versionOf } from './client-detail.ts';
import type { Admin } from './guard.ts';
import { done, takeNotice } from './notice.ts';
import type { AdminPages } from './pages.ts';

const decisions = [
  ['verify', verifyClient, 'verified'],
  ['send-back', sendBackClient, 'sent-back'],
] as const;
/** What a reviewer decides on is what they saw. */
const changedMeanwhile = overtakenNote(
  'This client was changed after you opened its page.',
  'Nothing was done. Look at it as it is now, below.',
);
const overlaps = ['0', '1', '7', '30', '90'];

export function clientPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;
  const id = (ctx: Context & { params?: Record<string, string> }) => ctx.params?.id as string;
  const pathOf = (clientId: string) => `/admin/client/${encodeURIComponent(clientId)}`;

  pages.show('/client/:id', async (ctx, admin) => {
    await showClient(ctx, deps, admin, await getClient(db, id(ctx)));
  });

  pages.change('/client/:id/submit', async (ctx, admin) => {
    await submitForReview(db, id(ctx), admin.actor);
    done(ctx, 'submitted', pathOf(id(ctx)));
  });

  for (const [path, act, notice] of decisions) {
    pages.change(`/client/:id/${path}`, async (ctx, admin, form) => {
      const client = await getClient(db, id(ctx));
      const { reason, problem } = readReason(form, `reason_${path}`);
      if (problem) return refuse(ctx, deps, admin, client, form, { [`reason_${path}`]: problem });
      const decided = await db.transaction(async (trx) => {
        if (versionOf(await lockClient(trx, client.client_id)) !== field(form, 'as_of')) return false;
        await act(trx, client.client_id, admin.actor, reason);
        return true;
      });
      if (decided) return done(ctx, notice, pathOf(client.client_id));
      ctx.status = 409;
      const now = await getClient(db, client.client_id);
      await showClient(ctx, deps, admin, now, { notes: [changedMeanwhile], form });
    });
  }

  pages.change('/client/:id/secrets', async (ctx, admin, form) => {
    const client = await getClient(db, id(ctx));
    // A form that is sent twice, or from a tab that is behind, must not end the secret that was just made.
    const rolled = await rollOnce(db, client.client_id, form, admin);
    if (rolled) return showClient(ctx, deps, admin, client, { secret: rolled });
    ctx.status = 409;
    const note = overtakenNote(
      'The secret was rolled in the meantime.',
      'Nothing was done. Below is how things stand now.',
    );
    await showClient(ctx, deps, admin, client, { notes: [note] });
  });

  pages.change('/client/:id/disable', async (ctx, admin, form) => {
    const client = await getClient(db, id(ctx));
    const { reason, problem } = readReason(form, 'reason');
    if (problem) return refuse(ctx, deps, admin, client, form, { reason: problem });
    await disableClient(db, client.client_id, admin.actor, reason);
    done(ctx, 'disabled', pathOf(client.client_id));
  });

  pages.change('/client/:id/enable', async (ctx, admin) => {
    await enableClient(db, id(ctx), admin.actor);
    done(ctx, 'enabled', pathOf(id(ctx)));
  });

  pages.change('/client/:id/delete', async (ctx, admin, form) => {
    const client = await getClient(db, id(ctx));
    if (field(form, 'confirm').trim() !== client.client_name) {
      return refuse(ctx, deps, admin, client, form, { confirm: 'is not what you typed: nothing was deleted' });
    }
    await deleteClient(db, client.client_id, admin.actor);
    done(ctx, 'deleted', '/admin/clients');
  });
}

/** The page of a client, with what this request has to add to it. */
export async function showClient(
  ctx: Context,
  { db, config }: WebDeps,
  admin: Admin,
  client: Client,
  added: {
    secret?: string;
    notes?: ReturnType<typeof overtakenNote>[];
    problems?: Record<string, string>;
    form?: URLSearchParams;
  } = {},
): Promise<void> {
  const notice = takeNotice(ctx);
  const alikes = client.verified_at ? [] : await findLookAlikes(db, client.client_name, client.client_id);
  const warning = lookAlikeNote(alikes.map((one) => ({ clientId: one.client_id, name: one.client_name })));
  ctx.body = clientPage({
    frame: { csrf: admin.csrf, email: admin.email, ...(notice && { notice }) },
    client: await clientDetail(db, client, config.unverifiedPeopleLimit),
    notes: [...(added.notes ?? []), ...(warning ? [warning] : [])],
    ...(added.secret && { secret: added.secret }),
    problems: added.problems ?? {},
    typed: Object.fromEntries(added.form ?? []),
    now: new Date(),
  });
}

async function refuse(
  ctx: Context,
  deps: WebDeps,
  admin: Admin,
  client: Client,
  form: URLSearchParams,
  problems: Record<string, string>,
) {
  ctx.status = 422;
  await showClient(ctx, deps, admin, client, { problems, form });
}

/** The new secret; undefined when the newest one is not the one that the form knew. */
async function rollOnce(db: Db, clientId: string, form: URLSearchParams, admin: Admin): Promise<string | undefined> {
  const days = field(form, 'days') || '0';
  if (!overlaps.includes(days)) throw new AppError('invalid', 'days must be 0, 1, 7, 30 or 90');
  return db.transaction(async (trx) => {
    await lockForSecrets(trx, clientId);
    const [newest] = await listClientSecrets(trx, clientId);
    if ((newest?.id ?? '') !== field(form, 'newest')) return undefined;
    return (await rotateSecret(trx, clientId, { keepOldForDays: Number(days) }, admin.actor)).clientSecret;
  });
}

async function lockForSecrets(trx: Db, clientId: string): Promise<void> {
  const client = await lockClient(trx, clientId);
  if (!usesSecret(client)) throw new AppError('invalid', `${clientId} does not authenticate with a secret`);
}

function readReason(form: URLSearchParams, name: string): { reason: string; problem?: string } {
  const reason = field(form, name).trim();
  if (!hasInk(reason)) return { reason, problem: 'must be there: it is what others will read' };
  const problem = reasonProblem(reason);
  return problem ? { reason, problem } : { reason };
}
