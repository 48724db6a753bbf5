/** The review tab of a client, where it is submitted, verified and sent back. */

import type { Context } from 'koa';
import { overtakenNote } from '../../../../views/admin/clients/index.ts';
import { clientReviewPage } from '../../../../views/admin/clients/review-section.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import { m } from '../../../../views/messages/index.ts';
import { sendBackClient, submitForReview, verifyClient } from '../../../operations/client-review.ts';
import { reviewFacts } from '../../../policy/client/review-readiness.ts';
import { parseScope } from '../../../policy/scopes.ts';
import { type Client, getClient, lockClient } from '../../../store/clients.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { isOvertaken } from '../overtaken.ts';
import type { AdminPages } from '../pages.ts';
import { readReason } from '../reason.ts';
import { changesSinceCheck } from './changes.ts';
import { fieldValues } from './field-values.ts';
import { coveredWords, fieldWords } from './field-words.ts';
import { historyOf } from './history.ts';
import { similarNameNotes } from './index.ts';
import { clientIdOf, clientPath, clientSubject, versionOf } from './subject.ts';

const decisions = [
  ['verify', verifyClient, 'verified'],
  ['send-back', sendBackClient, 'sent-back'],
] as const;

export function clientReviewPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;
  const reviewPath = (clientId: string) => `${clientPath(clientId)}/review`;

  pages.show('/client/:id/review', async (ctx, admin) => {
    await showReview(ctx, deps, admin, await getClient(db, clientIdOf(ctx)));
  });

  const showOvertaken = async (ctx: Context, admin: Admin, form: URLSearchParams): Promise<void> => {
    ctx.status = 409;
    const notes = [overtakenNote(m().adminClientActs.review.changed)];
    await showReview(ctx, deps, admin, await getClient(db, clientIdOf(ctx)), { notes, form });
  };

  pages.change('/client/:id/submit', async (ctx, admin, form) => {
    const submitted = await submitForReview(db, clientIdOf(ctx), admin.actor).catch(isOvertaken);
    if (!submitted) return showOvertaken(ctx, admin, form);
    done(ctx, 'submitted', reviewPath(clientIdOf(ctx)));
  });

  for (const [path, act, notice] of decisions) {
    pages.change(`/client/:id/${path}`, async (ctx, admin, form) => {
      const client = await getClient(db, clientIdOf(ctx));
      const { reason, problem } = readReason(form, `reason_${path}`);
      if (problem) {
        ctx.status = 422;
        return showReview(ctx, deps, admin, client, { problems: { [`reason_${path}`]: problem }, form });
      }
      const decided = await db.transaction(async (trx) => {
        if (versionOf(await lockClient(trx, client.client_id)) !== field(form, 'as_of')) return false;
        await act(trx, client.client_id, admin.actor, reason);
        return true;
      });
      if (decided) return done(ctx, notice, reviewPath(client.client_id));
      // A reviewer decides on the version of the client that they saw.
      await showOvertaken(ctx, admin, form);
    });
  }
}

async function showReview(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  client: Client,
  added: {
    problems?: Problems;
    notes?: ReturnType<typeof overtakenNote>[];
    form?: URLSearchParams;
  } = {},
): Promise<void> {
  const optional = parseScope(client.optional_scope);
  const similar = await similarNameNotes(db, client);
  ctx.body = clientReviewPage({
    frame: framed(ctx, admin),
    subject: await clientSubject(db, client),
    version: versionOf(client),
    says: fieldValues(
      client,
      ({ read, section }) => section === 'addresses' || (read === true && section === 'identity'),
    ),
    scopes: { required: parseScope(client.scope).filter((scope) => !optional.includes(scope)), optional },
    covered: coveredWords(),
    facts: reviewFacts(client).map(({ name, given }) => ({ what: fieldWords(name).label, there: given })),
    changedSince: changesSinceCheck(client),
    events: await historyOf(db, client.client_id),
    notes: [...(added.notes ?? []), ...similar],
    problems: added.problems ?? {},
    typed: Object.fromEntries(added.form ?? []),
  });
}
