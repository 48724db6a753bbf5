/** The secrets of the owner's app: the list, a new one, and the removal of one. */
import type { Context } from 'koa';
import { yourAppSecretRemovalPage, yourAppSecretsPage } from '../../../views/account/your-app-secrets.ts';
import { copyScript } from '../../../views/secret-once.ts';
import { AppError } from '../../errors.ts';
import { getOwnClient, removeOwnSecret, rollOwnSecret } from '../../operations/own-clients.ts';
import { contentSecurityPolicy } from '../../policy/content-security.ts';
import type { Client } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import { secretsOf } from '../admin/clients/secrets.ts';
import { usesSecret } from '../admin/clients/subject.ts';
import type { WebDeps } from '../deps.ts';
import { field } from '../http/forms.ts';
import { appHead } from './own-head.ts';
import { doneToOwn, takeOwnNotice } from './own-notice.ts';
import { ownedBy, pathOf } from './own-pages.ts';
import type { Owner, PersonPages } from './person-pages.ts';

const overlaps = ['0', '1', '7', '30', '90'];
const withCopy = contentSecurityPolicy(copyScript);
const list = '/your-apps/:id/secrets';
const removal = `${list}/:secret/remove`;

export function ownSecretPages(pages: PersonPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show(list, async (ctx, builder) => {
    ctx.body = await secretsPage(deps, builder, await withSecrets(db, builder, ctx), takeOwnNotice(ctx));
  });
  pages.change(list, (ctx, builder, form) => rollSecret(ctx, deps, builder, form));

  pages.show(removal, async (ctx, builder) => {
    ctx.body = await removalPage(db, builder, await withSecrets(db, builder, ctx), secretNamed(ctx));
  });
  pages.change(removal, async (ctx, builder) => {
    const owned = ownedBy(builder, ctx);
    await withSecrets(db, builder, ctx);
    // A secret that is gone already is what was asked for.
    await removeOwnSecret(db, owned, secretNamed(ctx), builder.actor).catch(isGone);
    doneToOwn(ctx, 'secret-removed', `${pathOf(owned.clientId)}/secrets`);
  });
}

async function rollSecret(ctx: Context, deps: WebDeps, builder: Owner, form: URLSearchParams): Promise<void> {
  const { db } = deps;
  const days = field(form, 'days') || '0';
  if (!overlaps.includes(days)) throw new AppError('invalid', 'days must be 0, 1, 7, 30 or 90');
  const client = await withSecrets(db, builder, ctx);
  const asked = { newest: field(form, 'newest'), keepOldForDays: Number(days) };
  const secret = await rollOwnSecret(db, ownedBy(builder, ctx), asked, builder.actor);
  if (!secret) {
    ctx.status = 409;
    ctx.body = await secretsPage(deps, builder, client, { overtaken: true });
    return;
  }
  ctx.set('Content-Security-Policy', withCopy);
  ctx.body = await secretsPage(deps, builder, client, { secret });
}

/** @throws AppError not_found, also for a client that has no secrets */
async function withSecrets(db: Db, builder: Owner, ctx: Context): Promise<Client> {
  const client = await getOwnClient(db, ownedBy(builder, ctx));
  if (!usesSecret(client)) throw new AppError('not_found', `${client.client_id} does not authenticate with a secret`);
  return client;
}

async function secretsPage(
  { db, config }: WebDeps,
  builder: Owner,
  client: Client,
  added: Partial<Parameters<typeof yourAppSecretsPage>[0]>,
): Promise<string> {
  const now = new Date();
  return yourAppSecretsPage({
    ...builder,
    head: await appHead(db, client, now),
    secrets: await secretsOf(db, client.client_id),
    issuer: config.issuer,
    now,
    ...added,
  });
}

async function removalPage(db: Db, builder: Owner, client: Client, secretId: string): Promise<string> {
  const secrets = await secretsOf(db, client.client_id);
  const secret = secrets.find(({ id }) => id === secretId);
  if (!secret) throw new AppError('not_found', 'There is no such secret');
  const now = new Date();
  const head = await appHead(db, client, now);
  return yourAppSecretRemovalPage({ ...builder, head, secret, others: secrets.length - 1, now });
}

function secretNamed(ctx: Context & { params?: Record<string, string> }): string {
  const id = ctx.params?.secret ?? '';
  if (!/^\d{1,18}$/.test(id)) throw new AppError('not_found', 'There is no such secret');
  return id;
}

function isGone(error: unknown): void {
  if (!(error instanceof AppError && error.kind === 'not_found')) throw error;
}
