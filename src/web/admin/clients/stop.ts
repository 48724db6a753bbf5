/** Suspends clients, lifts suspensions, and deletes clients. */

import type { Context } from 'koa';
import { clientStopPage } from '../../../../views/admin/clients/stop.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import { m } from '../../../../views/messages/index.ts';
import { deleteClient } from '../../../operations/client-deletion.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import { disableClient, enableClient } from '../../../operations/clients.ts';
import { afterDeletion } from '../../../policy/client/admin-decisions.ts';
import { countPeopleAtStake } from '../../../store/client-counts.ts';
import { type Client, getClient } from '../../../store/clients.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { isOvertaken } from '../overtaken.ts';
import type { AdminPages } from '../pages.ts';
import { readReason } from '../reason.ts';
import { ruleInForce } from './rule-in-force.ts';
import { clientIdOf, clientPath, clientSubject } from './subject.ts';

export function clientStopPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/client/:id/stop', async (ctx, admin) => {
    await showStop(ctx, deps, admin, await getClient(db, clientIdOf(ctx)));
  });

  pages.change('/client/:id/disable', async (ctx, admin, form) => {
    const client = await getClient(db, clientIdOf(ctx));
    const { reason, problem } = readReason(form);
    if (problem) return refuse(ctx, deps, admin, client, form, { reason: problem });
    await disableClient(db, client.client_id, admin.actor, reason);
    done(ctx, 'disabled', `${clientPath(client.client_id)}/stop`);
  });

  pages.change('/client/:id/enable', async (ctx, admin) => {
    // The only conflict: a rule blocks the client.
    const enabled = await enableClient(db, clientIdOf(ctx), admin.actor).catch(isOvertaken);
    if (!enabled) {
      ctx.status = 409;
      return showStop(ctx, deps, admin, await getClient(db, clientIdOf(ctx)), { notLifted: true });
    }
    done(ctx, 'enabled', clientPath(clientIdOf(ctx)));
  });

  pages.change('/client/:id/delete', async (ctx, admin, form) => {
    const client = await getClient(db, clientIdOf(ctx));
    const { reason, problem } = readReason(form, 'reason_delete');
    const named = field(form, 'confirm').trim() === client.client_name;
    const problems = {
      ...(problem && { reason_delete: problem }),
      ...(!named && { confirm: m().adminClientActs.stop.notTyped }),
    };
    if (Object.keys(problems).length > 0) return refuse(ctx, deps, admin, client, form, problems);
    await deleteClient(db, client.client_id, actorWithReason(admin.actor, reason));
    done(ctx, 'deleted', '/admin/clients');
  });
}

async function showStop(
  ctx: Context,
  { db, config }: WebDeps,
  admin: Admin,
  client: Client,
  { problems = {}, form, notLifted = false }: { problems?: Problems; form?: URLSearchParams; notLifted?: boolean } = {},
): Promise<void> {
  const people = await countPeopleAtStake(db, client.client_id);
  ctx.body = clientStopPage({
    frame: framed(ctx, admin),
    subject: await clientSubject(db, client),
    cost: { withTokens: people.with_tokens, allowing: people.allowing },
    rule: await ruleInForce(db, client, config.thirdPartyPolicy),
    notLifted,
    after: afterDeletion(client),
    problems,
    typed: Object.fromEntries(form ?? []),
  });
}

async function refuse(
  ctx: Context,
  deps: WebDeps,
  admin: Admin,
  client: Client,
  form: URLSearchParams,
  problems: Problems,
): Promise<void> {
  ctx.status = 422;
  await showStop(ctx, deps, admin, client, { problems, form });
}
