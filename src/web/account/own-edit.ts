/** An owner changes an app in two steps: the form, then the changes and whether they reopen the review. */
import type { Context } from 'koa';
import { type OwnFormValues, yourAppComparePage, yourAppEditPage } from '../../../views/account/your-app-edit.ts';
import { AppError } from '../../errors.ts';
import { checkRegistration } from '../../operations/client-owner.ts';
import { getOwnClient, type OwnChanges, updateOwnClient } from '../../operations/own-clients.ts';
import { clientFields } from '../../policy/client/fields.ts';
import type { ClientInput } from '../../policy/client/metadata.ts';
import { fieldsOfOwner, ownerBar } from '../../policy/client/ownership.ts';
import { completeClient } from '../../policy/client/registration.ts';
import { checkedFields } from '../../policy/client/verification.ts';
import type { Client } from '../../store/clients.ts';
import { changesOf, labelOf } from '../admin/clients/changes.ts';
import { problemsOf } from '../admin/clients/new.ts';
import { versionOf } from '../admin/clients/subject.ts';
import { queried } from '../admin/pages.ts';
import type { WebDeps } from '../deps.ts';
import { field } from '../http/forms.ts';
import { appHead } from './own-head.ts';
import { doneToOwn } from './own-notice.ts';
import { type Builder, type OwnPages, ownedBy, pathOf } from './own-pages.ts';

const lists = ['contacts', 'redirect_uris', 'post_logout_redirect_uris', 'allowed_origins'] as const;
type List = (typeof lists)[number];
const isList = (name: string): name is List => (lists as readonly string[]).includes(name);

export function editOwnPages(pages: OwnPages, { db }: WebDeps): void {
  pages.show('/your-apps/:id/edit', async (ctx, builder) => {
    const client = await editable(builder, ctx);
    const values = valuesOf(client);
    const added = queried(ctx, 'add');
    if (added && !client.redirect_uris.includes(added))
      values.redirect_uris = `${values.redirect_uris}\n${added}`.trim();
    ctx.body = await editPage(builder, client, values);
  });

  pages.change('/your-apps/:id/edit', async (ctx, builder, form) => {
    const client = await editable(builder, ctx);
    const values = readValues(form);
    const asOf = field(form, 'as_of');
    if (asOf !== versionOf(client)) return overtaken(ctx, builder, client, values);
    if (field(form, 'step') === 'edit') {
      ctx.body = await editPage(builder, client, values);
      return;
    }
    const changes = inputOf(values);
    const whole = { ...pick(client, clientFields), ...changes } as ClientInput;
    const problems = await problemsOf(() => checkRegistration(db, whole));
    if (problems) {
      ctx.status = 422;
      ctx.body = await editPage(builder, client, values, { problems });
      return;
    }
    const different = changesOf(client, completeClient(whole));
    if (different.length === 0) return doneToOwn(ctx, 'unchanged', pathOf(client.client_id));
    if (field(form, 'step') !== 'save') {
      const reopens = client.verified_at !== null && different.some(({ label }) => checkedLabels.has(label));
      const kept = [...form].filter(([name]) => !['csrf', 'step', 'confirm_password'].includes(name));
      const head = await appHead(db, client, new Date());
      ctx.body = yourAppComparePage({ ...builder, head, changes: different, reopens, kept });
      return;
    }
    try {
      await updateOwnClient(db, ownedBy(builder, ctx), changes, builder.actor, { asOf: new Date(asOf) });
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
      return overtaken(ctx, builder, await editable(builder, ctx), values);
    }
    doneToOwn(ctx, 'saved', pathOf(client.client_id));
  });

  /** @throws AppError not_found, also for an app that only admins may edit */
  async function editable(builder: Builder, ctx: Context): Promise<Client> {
    const client = await getOwnClient(db, ownedBy(builder, ctx));
    if (ownerBar(client)) throw new AppError('not_found', `${client.client_id} is changed by an admin`);
    return client;
  }

  async function editPage(
    builder: Builder,
    client: Client,
    values: OwnFormValues,
    added: { problems?: Record<string, string>; overtaken?: boolean } = {},
  ): Promise<string> {
    const head = await appHead(db, client, new Date());
    const verified = client.verified_at !== null;
    const interactive = client.type !== 'service';
    return yourAppEditPage({
      ...builder,
      head,
      values,
      verified,
      interactive,
      asOf: versionOf(client),
      problems: {},
      ...added,
    });
  }

  async function overtaken(ctx: Context, builder: Builder, client: Client, values: OwnFormValues): Promise<void> {
    ctx.status = 409;
    ctx.body = await editPage(builder, client, values, { overtaken: true });
  }
}

const checkedLabels = new Set(checkedFields.map(labelOf));

function valuesOf(client: Client): OwnFormValues {
  const value = (name: (typeof fieldsOfOwner)[number]) =>
    isList(name) ? client[name].join('\n') : ((client[name] as string | null) ?? '');
  return Object.fromEntries(fieldsOfOwner.map((name) => [name, value(name)])) as OwnFormValues;
}

/** The fields as they were typed. */
function readValues(form: URLSearchParams): OwnFormValues {
  return Object.fromEntries(fieldsOfOwner.map((name) => [name, field(form, name)])) as OwnFormValues;
}

function inputOf(values: OwnFormValues): OwnChanges {
  const value = (name: (typeof fieldsOfOwner)[number]) =>
    isList(name) ? values[name].split(/\s+/).filter(Boolean) : values[name].trim();
  return Object.fromEntries(fieldsOfOwner.map((name) => [name, value(name)])) as OwnChanges;
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
