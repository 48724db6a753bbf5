/** Lists the secrets of a client, and creates new ones. */

import type { Context } from 'koa';
import { overtakenNote } from '../../../../views/admin/clients/index.ts';
import { type ClientSecret, clientSecretsPage, secretOverlapDays } from '../../../../views/admin/clients/secrets.ts';
import { m } from '../../../../views/messages/index.ts';
import { copyScript } from '../../../../views/secret-once.ts';
import { AppError } from '../../../errors.ts';
import { rotateSecret } from '../../../operations/clients.ts';
import { contentSecurityPolicy } from '../../../policy/content-security.ts';
import { listClientSecrets } from '../../../store/client-secrets.ts';
import { type Client, getClient, lockClient } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { clientIdOf, clientSubject, usesSecret } from './subject.ts';

/** The page with a new secret has a script for its copy button. */
const policyWithCopy = contentSecurityPolicy(copyScript);

export function clientSecretPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/client/:id/secrets', async (ctx, admin) => {
    await showSecrets(ctx, deps, admin, await getClient(db, clientIdOf(ctx)));
  });

  pages.change('/client/:id/secrets', async (ctx, admin, form) => {
    const client = await getClient(db, clientIdOf(ctx));
    // A form that is sent twice, or from an outdated tab, must not end the secret that was just created.
    const secret = await makeOnce(db, client.client_id, form, admin);
    if (secret) return showSecrets(ctx, deps, admin, client, { secret });
    ctx.status = 409;
    const note = overtakenNote(m().adminClientActs.secrets.changed);
    await showSecrets(ctx, deps, admin, client, { notes: [note] });
  });
}

/** Shows the secrets. `secret` was just created, and only this answer has it. */
export async function showSecrets(
  ctx: Context,
  { db, config }: WebDeps,
  admin: Admin,
  client: Client,
  added: { secret?: string; notes?: ReturnType<typeof overtakenNote>[] } = {},
): Promise<void> {
  if (!usesSecret(client)) throw new AppError('not_found', `${client.client_id} has no secrets by its kind`);
  if (added.secret) ctx.set('Content-Security-Policy', policyWithCopy);
  ctx.body = clientSecretsPage({
    frame: framed(ctx, admin),
    issuer: config.issuer,
    subject: await clientSubject(db, client),
    secrets: await secretsOf(db, client.client_id),
    notes: added.notes ?? [],
    ...(added.secret && { secret: added.secret }),
    now: new Date(),
  });
}

/** The valid secrets, as the pages show them. */
export async function secretsOf(db: Db, clientId: string): Promise<ClientSecret[]> {
  return (await listClientSecrets(db, clientId)).map((secret) => ({
    id: secret.id,
    created: secret.created_at,
    ...(secret.last_four && { lastFour: secret.last_four }),
    ...(secret.last_used_at && { lastUsed: secret.last_used_at }),
    ...(secret.expires_at && { expires: secret.expires_at }),
  }));
}

/** Creates a secret. Returns undefined if the secrets have changed since the form was shown, or there are two already. */
async function makeOnce(db: Db, clientId: string, form: URLSearchParams, admin: Admin): Promise<string | undefined> {
  const days = Number(field(form, 'days') || '0');
  return db.transaction(async (trx) => {
    const client = await lockClient(trx, clientId);
    if (!usesSecret(client)) throw new AppError('invalid', `${clientId} does not authenticate with a secret`);
    const living = await listClientSecrets(trx, clientId);
    if ((living[0]?.id ?? '') !== field(form, 'newest') || living.length > 1) return undefined;
    if (living.length > 0 && !secretOverlapDays.includes(days)) {
      throw new AppError('invalid', `days must be one of ${secretOverlapDays.join(', ')}`);
    }
    return (await rotateSecret(trx, clientId, { keepOldForDays: days }, admin.actor)).clientSecret;
  });
}
