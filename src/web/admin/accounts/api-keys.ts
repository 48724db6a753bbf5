/** Finds API keys, by their owner, their last four characters or the key itself, says where they work, and revokes them. */
import type { Context } from 'koa';
import {
  adminApiKeyPage,
  adminApiKeyRevocationPage,
  adminApiKeysPage,
  type FoundKey,
} from '../../../../views/admin/accounts/api-keys.ts';
import { AppError } from '../../../errors.ts';
import { searchApiKeys } from '../../../operations/api-key-search.ts';
import { getApiKey, revokeApiKey, updateApiKey } from '../../../operations/api-keys.ts';
import { actorWithReason, optionalReason } from '../../../operations/client-record.ts';
import { looksLikeApiKey } from '../../../policy/api-keys.ts';
import { normaliseEmail } from '../../../policy/emails.ts';
import { lastFour } from '../../../policy/token-format.ts';
import { usageOnPage } from '../../../policy/usage-days.ts';
import { emailsOf } from '../../../store/account-search.ts';
import { findAccount, findAccountByEmail } from '../../../store/accounts.ts';
import { type ApiKey, listApiKeys } from '../../../store/api-keys.ts';
import type { Db } from '../../../store/database.ts';
import { listUsageOfKey } from '../../../store/key-usage.ts';
import { readNetworks } from '../../account/api-key-form.ts';
import { shownKey } from '../../account/api-key-shown.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { inReadersWords } from '../../http/rule-words.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { type AdminPages, queried } from '../pages.ts';
import { readReason } from '../reason.ts';

const path = '/api-keys';

export function adminApiKeyPages(pages: AdminPages, { db }: WebDeps): void {
  pages.show(path, async (ctx, admin) => {
    const account = queried(ctx, 'account');
    const owner = account === undefined ? undefined : await findAccount(db, account);
    const keys = owner ? await listApiKeys(db, owner.id) : [];
    await showKeys(ctx, db, admin, { sought: owner?.email ?? account, keys });
  });

  pages.ask(path, async (ctx, admin, form) => {
    const typed = field(form, 'sought').trim();
    const keys = await find(db, typed);
    await showKeys(ctx, db, admin, { sought: withoutKey(typed), keys });
  });

  pages.show('/api-key/:id', (ctx, admin) => showKey(ctx, db, admin));

  pages.change('/api-key/:id/networks', async (ctx, admin, form) => {
    const { reason, problem } = readReason(form);
    const typed = { networks: field(form, 'networks'), reason };
    const { id } = await getApiKey(db, String(ctx.params.id));
    try {
      const actor = { ...admin.actor, ...optionalReason(reason) };
      await updateApiKey(db, id, { networks: readNetworks(typed.networks) }, actor);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'invalid' && error.details)) throw error;
      ctx.status = 422;
      const { reason: rule, ...problems } = inReadersWords(error.details as Record<string, string>);
      return showKey(ctx, db, admin, { typed, problems: rule ? { ...problems, reason: problem ?? rule } : problems });
    }
    done(ctx, 'key-networks', `/admin/api-key/${id}`);
  });

  pages.show('/api-key/:id/revoke', (ctx, admin) => askWhy(ctx, db, admin, { reason: '', problems: {} }));
  pages.change('/api-key/:id/revoke', async (ctx, admin, form) => {
    const { reason, problem } = readReason(form);
    if (problem) {
      ctx.status = 422;
      return askWhy(ctx, db, admin, { reason, problems: { reason: problem } });
    }
    const key = await getApiKey(db, String(ctx.params.id));
    await revokeApiKey(db, key.id, actorWithReason(admin.actor, reason)).catch((error: unknown) => {
      // A key that has ended already is what was asked for.
      if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
    });
    done(ctx, 'key-revoked', `/admin/api-key/${key.id}`);
  });
}

async function find(db: Db, typed: string): Promise<readonly ApiKey[]> {
  if (!typed.includes('@') && !typed.startsWith('acc_')) return searchApiKeys(db, typed);
  const email = normaliseEmail(typed);
  const owner = await (email === undefined ? findAccount(db, typed) : findAccountByEmail(db, email));
  return owner ? listApiKeys(db, owner.id) : [];
}

/** No page shows a key again, not even a mistyped one or a part of one. */
function withoutKey(typed: string): string {
  return looksLikeApiKey(typed) || /[\dA-Za-z]{30}/.test(typed) ? `…${lastFour(typed) ?? ''}` : typed;
}

/** `wrong` is what was typed into the form of its networks, and why it was refused. */
async function showKey(
  ctx: Context,
  db: Db,
  admin: Admin,
  wrong: Pick<Parameters<typeof adminApiKeyPage>[0], 'typed' | 'problems'> = {},
): Promise<void> {
  const [key] = await found(db, [await getApiKey(db, String(ctx.params.id))]);
  if (!key) return;
  const [days, now] = [await listUsageOfKey(db, key.id), new Date()];
  ctx.body = adminApiKeyPage({ frame: framed(ctx, admin), key, ...usageOnPage(days, now), now, ...wrong });
}

async function askWhy(
  ctx: Context,
  db: Db,
  admin: Admin,
  typed: Pick<Parameters<typeof adminApiKeyRevocationPage>[0], 'reason' | 'problems'>,
): Promise<void> {
  const [key] = await found(db, [await getApiKey(db, String(ctx.params.id))]);
  if (key) ctx.body = adminApiKeyRevocationPage({ frame: framed(ctx, admin), key, ...typed });
}

async function showKeys(
  ctx: Context,
  db: Db,
  admin: Admin,
  { sought, keys }: { sought: string | undefined; keys: readonly ApiKey[] },
): Promise<void> {
  ctx.body = adminApiKeysPage({ frame: framed(ctx, admin), sought, keys: await found(db, keys), now: new Date() });
}

async function found(db: Db, keys: readonly ApiKey[]): Promise<FoundKey[]> {
  const emails = await emailsOf(db, [...new Set(keys.map((key) => key.account_id))]);
  return keys.map((key) => ({
    ...shownKey(key),
    owner: { id: key.account_id, email: emails.get(key.account_id) ?? key.account_id },
  }));
}
