/** An owner changes an app in two steps: the form, then the changes and whether they reopen the review. */

import type { Context } from 'koa';
import { yourAppComparePage, yourAppEditPage } from '../../../views/account/your-app-edit.ts';
import type { Problems } from '../../../views/admin/fields.ts';
import { webhookRules } from '../../config/rules.ts';
import { AppError } from '../../errors.ts';
import { checkRegistration } from '../../operations/client-owner.ts';
import { getOwnClient, type OwnChanges, updateOwnClient } from '../../operations/own-clients.ts';
import { applies } from '../../policy/client/field.ts';
import { fieldsOfOwner, ownerBar } from '../../policy/client/ownership.ts';
import { completeClient, registrationOf } from '../../policy/client/registration.ts';
import { isUnregistered } from '../../policy/client/registration-types.ts';
import type { OutboundRules } from '../../policy/webhook-urls.ts';
import type { Client } from '../../store/clients.ts';
import type { Database } from '../../store/database.ts';
import { changesOf, reopensReview } from '../admin/clients/changes.ts';
import { formFields, inputOfTexts, readTexts, textsOf } from '../admin/clients/form.ts';
import { problemsOf } from '../admin/clients/new.ts';
import { versionOf } from '../admin/clients/subject.ts';
import { queried } from '../admin/pages.ts';
import type { WebDeps } from '../deps.ts';
import { field } from '../http/forms.ts';
import { appHead } from './own-head.ts';
import { doneToOwn } from './own-notice.ts';
import { ownedBy, pathOf } from './own-pages.ts';
import type { Owner, PersonPages } from './person-pages.ts';

type Texts = Record<string, string>;

const path = '/your-apps/:id/edit';

export function editOwnPages(pages: PersonPages, { db, config }: WebDeps): void {
  pages.show(path, async (ctx, builder) => {
    const client = await editable(db, builder, ctx);
    const values = textsOf(client, fieldsOfOwner);
    const added = queried(ctx, 'add');
    if (added && !client.redirect_uris.includes(added))
      values.redirect_uris = `${values.redirect_uris}\n${added}`.trim();
    ctx.body = await editPage(db, builder, client, values);
  });
  pages.change(path, (ctx, builder, form) => changeOwn(ctx, { db, outbound: webhookRules(config) }, builder, form));
}

/** Shows the form again, shows the changes for confirmation, or makes them. */
async function changeOwn(
  ctx: Context,
  { db, outbound }: { db: Database; outbound: OutboundRules },
  builder: Owner,
  form: URLSearchParams,
): Promise<void> {
  const client = await editable(db, builder, ctx);
  const values = readTexts(form, fieldsOfOwner);
  const [asOf, step] = [field(form, 'as_of'), field(form, 'step')];
  if (asOf !== versionOf(client)) return overtaken(ctx, db, builder, client, values);
  if (step === 'edit') {
    ctx.body = await editPage(db, builder, client, values);
    return;
  }
  const changes = inputOfTexts(values, fieldsOfOwner) as OwnChanges;
  const whole = { ...registrationOf(client), ...changes };
  const problems = await problemsOf(() => checkRegistration(db, whole, { outbound, byItself: isUnregistered(client) }));
  if (problems) {
    ctx.status = 422;
    ctx.body = await editPage(db, builder, client, values, { problems });
    return;
  }
  const different = changesOf(client, completeClient(whole, { byItself: isUnregistered(client), outbound }));
  if (different.length === 0) return doneToOwn(ctx, 'unchanged', pathOf(client.client_id));
  if (step !== 'save') {
    ctx.body = await comparePage(db, builder, client, different, form);
    return;
  }
  try {
    const how = { asOf: new Date(asOf), outbound };
    await updateOwnClient(db, ownedBy(builder, ctx), changes, builder.actor, how);
  } catch (error) {
    if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
    return overtaken(ctx, db, builder, await editable(db, builder, ctx), values);
  }
  doneToOwn(ctx, 'saved', pathOf(client.client_id));
}

/** @throws AppError not_found, also for an app that only admins may edit */
async function editable(db: Database, builder: Owner, ctx: Context): Promise<Client> {
  const client = await getOwnClient(db, ownedBy(builder, ctx));
  if (ownerBar(client)) throw new AppError('not_found', `${client.client_id} is changed by an admin`);
  return client;
}

async function editPage(
  db: Database,
  builder: Owner,
  client: Client,
  values: Texts,
  added: { problems?: Problems; overtaken?: boolean } = {},
): Promise<string> {
  const head = await appHead(db, client, new Date());
  const verified = client.verified_at !== null;
  return yourAppEditPage({
    ...builder,
    head,
    fields: formFields((one) => one.setBy === 'owner' && applies(one, client.type)),
    values,
    verified,
    asOf: versionOf(client),
    problems: {},
    ...added,
  });
}

async function comparePage(
  db: Database,
  builder: Owner,
  client: Client,
  changes: ReturnType<typeof changesOf>,
  form: URLSearchParams,
): Promise<string> {
  const reopens = client.verified_at !== null && changes.some(reopensReview);
  const kept = [...form].filter(([name]) => !['csrf', 'step', 'confirm_password'].includes(name));
  const head = await appHead(db, client, new Date());
  return yourAppComparePage({ ...builder, head, changes, reopens, kept });
}

async function overtaken(ctx: Context, db: Database, builder: Owner, client: Client, values: Texts): Promise<void> {
  ctx.status = 409;
  ctx.body = await editPage(db, builder, client, values, { overtaken: true });
}
