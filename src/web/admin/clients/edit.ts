/**
 * Changes a client in two steps: the form, then a comparison. Both carry the time of the version that was edited. If somebody
 * else has changed the client since, the second admin is told what changed, and keeps what they typed.
 */

import type { Context } from 'koa';
import { editClientPage, similarNamesNote } from '../../../../views/admin/clients/form.ts';
import type { ClientFormValues } from '../../../../views/admin/clients/form-values.ts';
import { overtakenNote } from '../../../../views/admin/clients/index.ts';
import { clientComparePage } from '../../../../views/admin/clients/review.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import type { AdminFrame } from '../../../../views/admin/layout.ts';
import { m } from '../../../../views/messages/index.ts';
import { webhookRules } from '../../../config/rules.ts';
import { checkRegistration } from '../../../operations/client-owner.ts';
import { updateClient } from '../../../operations/clients.ts';
import { findSimilarNames } from '../../../operations/similar-names.ts';
import { namesOf } from '../../../policy/client/names.ts';
import { completeClient, registrationOf } from '../../../policy/client/registration.ts';
import { isUnregistered } from '../../../policy/client/registration-types.ts';
import { searchAudit } from '../../../store/audit-list.ts';
import { type Client, getClient } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { actorNames } from '../actor-names.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { isOvertaken } from '../overtaken.ts';
import type { AdminPages } from '../pages.ts';
import { changesOf, labelOf, reopensReview } from './changes.ts';
import { coveredWords } from './field-words.ts';
import { inputOf, readClientForm, rulesOf, valuesOf } from './form.ts';
import { problemsOf } from './new.ts';
import { showSecrets } from './secrets.ts';
import { clientSubject, versionOf } from './subject.ts';

export function editClientPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;
  const id = (ctx: Context & { params?: Record<string, string> }) => ctx.params?.id as string;

  pages.show('/client/:id/edit', async (ctx, admin) => {
    const client = await getClient(db, id(ctx));
    ctx.body = await page(db, framed(ctx, admin), client, valuesOf(client));
  });

  pages.change('/client/:id/edit', async (ctx, admin, form) => {
    const client = await getClient(db, id(ctx));
    const values = readClientForm(form);
    const asOf = field(form, 'as_of');
    if (asOf !== versionOf(client)) return overtaken(ctx, db, admin, client, values, asOf);
    if (field(form, 'step') === 'edit') {
      ctx.body = await page(db, admin, client, values);
      return;
    }
    const outbound = webhookRules(deps.config);
    const input = { ...registrationOf(client), ...inputOf(values, client.type) };
    const circumstances = { outbound, byItself: isUnregistered(client) };
    const problems = await problemsOf(() => checkRegistration(db, input, circumstances));
    if (problems) {
      ctx.status = 422;
      ctx.body = await page(db, admin, client, values, { problems });
      return;
    }
    const changes = changesOf(client, completeClient(input, { byItself: isUnregistered(client), outbound }));
    const path = `/admin/client/${encodeURIComponent(client.client_id)}`;
    if (changes.length === 0) return done(ctx, 'unchanged', path);
    if (field(form, 'step') !== 'save') {
      ctx.body = await review(db, admin, client, form, changes);
      return;
    }
    const how = { asOf: new Date(asOf), outbound };
    const saved = await updateClient(db, client.client_id, input, admin.actor, how).catch(isOvertaken);
    if (!saved) return overtaken(ctx, db, admin, await getClient(db, client.client_id), values, asOf);
    if (saved.clientSecret) return showSecrets(ctx, deps, admin, saved.client, { secret: saved.clientSecret });
    done(ctx, 'saved', path);
  });
}

async function page(
  db: Db,
  frame: AdminFrame,
  client: Client,
  values: ClientFormValues,
  more: { problems?: Problems; notes?: ReturnType<typeof overtakenNote>[] } = {},
): Promise<string> {
  return editClientPage({
    frame,
    subject: await clientSubject(db, client),
    verified: client.verified_at !== null,
    covered: coveredWords(),
    rules: rulesOf(client.type),
    values,
    problems: {},
    kept: { as_of: versionOf(client) },
    ...more,
  });
}

/** Shows the form again as it was typed, with what somebody else changed since it was opened. */
async function overtaken(
  ctx: Context,
  db: Db,
  admin: Admin,
  client: Client,
  values: ClientFormValues,
  asOf: string,
): Promise<void> {
  const events = await searchAudit(db, { filter: { target: `client:${client.client_id}` }, limit: 20 });
  // Secrets and webhooks are not on this form, so changes of them do not conflict with it.
  const since = events.filter(
    ({ at, action }) => !/^client\.secret_|^webhook\./.test(action) && at.toISOString() > asOf,
  );
  const names = await actorNames(db, since);
  const said = since.map(({ actor, action, details }) => {
    const fields = Object.keys((details as { after?: object }).after ?? {});
    return `${names(actor)}: ${action.replace('client.', '')}${fields.length > 0 && fields.length < 6 ? ` ${fields.map(labelOf).join(', ')}` : ''}`;
  });
  ctx.status = 409;
  const { whileEditing, whileEditingTodo: todo } = m().adminClientActs.review;
  const note = overtakenNote({ what: whileEditing(said.join('; ')), todo });
  ctx.body = await page(db, admin, client, values, { notes: [note] });
}

async function review(
  db: Db,
  admin: Admin,
  client: Client,
  form: URLSearchParams,
  changes: ReturnType<typeof changesOf>,
): Promise<string> {
  const newNames = namesOf(readClientForm(form).texts).filter((name) => !namesOf(client).includes(name));
  const similar = await findSimilarNames(db, newNames, client.client_id);
  const warning = similarNamesNote(similar.map((one) => ({ clientId: one.client_id, name: one.client_name })));
  const reopening = client.verified_at ? changes.filter(reopensReview) : [];
  const { saveReopens, saveReopensTodo: todo } = m().adminClientActs.review;
  const withdrawn = { what: saveReopens(reopening.map(({ label }) => label).join(m().adminClientForm.comma)), todo };
  const notes = [...(warning ? [warning] : []), ...(reopening.length > 0 ? [overtakenNote(withdrawn)] : [])];
  return clientComparePage({
    frame: admin,
    subject: await clientSubject(db, client),
    changes,
    notes,
    kept: [...form].filter(([name]) => !['csrf', 'step', 'confirm_password'].includes(name)),
  });
}
