/** The page of one key: what its owner can take from it, its name, and where it works. */
import type { Context } from 'koa';
import { accountApiKeyPage, type KeyNotice } from '../../../views/account/api-key.ts';
import { keyPath, type ShownKey } from '../../../views/account/api-keys.ts';
import { endDays } from '../../../views/account/app.ts';
import { permissionsOf } from '../../../views/scopes.ts';
import { AppError } from '../../errors.ts';
import { type KeyChanges, updateApiKey } from '../../operations/api-keys.ts';
import { usageOnPage } from '../../policy/usage-days.ts';
import { listUsageOfKey } from '../../store/key-usage.ts';
import type { Reads } from '../../store/reads.ts';
import { isOvertaken } from '../admin/overtaken.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { field } from '../http/forms.ts';
import { inReadersWords } from '../http/rule-words.ts';
import { seeOther } from '../http/see-other.ts';
import { after, readNetworks } from './api-key-form.ts';
import type { KeyProjects } from './api-key-projects.ts';
import { keyNamed } from './api-key-shown.ts';
import type { Owner, PersonPages } from './person-pages.ts';

const cookie = 'key_changed';
const path = '/api-keys/:key_id';

/** Forms that let a key work in more places are `fresh`; those that take something are `pages`. */
export function apiKeyPages(
  pages: PersonPages,
  fresh: PersonPages,
  { db, reads }: WebDeps,
  { named }: Pick<KeyProjects, 'named'>,
): void {
  const show = async (ctx: Context, { id, ...shown }: Shown & { id: string }) => {
    const [key = shown.key] = await named(id, [shown.key]);
    ctx.body = await keyPage(reads, { ...shown, key });
  };

  pages.show(path, async (ctx, owner) => {
    const key = await keyNamed(db, owner, ctx);
    await show(ctx, { ...owner, key, notice: takeNotice(ctx) });
  });

  pages.change(`${path}/remove`, async (ctx, owner, form) => {
    const key = await keyNamed(db, owner, ctx);
    const removed = form.getAll('scope');
    const scope = key.scope.filter((one) => !removed.includes(one));
    // From a page that another tab has overtaken: the last permission ends with the key.
    if (scope.length === 0 || !(await change(key, owner, { scope }))) return seeOther(ctx, keyPath(key));
    done(ctx, key, `removed ${removed.join(' ')}`);
  });

  pages.change(`${path}/limit`, async (ctx, owner, form) => {
    const key = await keyNamed(db, owner, ctx);
    const days = endDays.find((one) => one === field(form, 'days'));
    if (!days) throw new AppError('invalid', 'Choose one of the ends that the page offers');
    if (!(await change(key, owner, { expiresAt: after(new Date(), Number(days)) }))) return seeOther(ctx, keyPath(key));
    done(ctx, key, 'limited');
  });

  fresh.change(`${path}/edit`, async (ctx, owner, form) => {
    const key = await keyNamed(db, owner, ctx);
    const typed = { name: field(form, 'name'), networks: field(form, 'networks') };
    try {
      const changed = await change(key, owner, { name: typed.name, networks: readNetworks(typed.networks) });
      if (!changed) return seeOther(ctx, keyPath(key));
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'invalid' && error.details)) throw error;
      ctx.status = 422;
      const problems = inReadersWords(error.details as Record<string, string>);
      await show(ctx, { ...owner, key, typed, problems });
      return;
    }
    done(ctx, key, 'saved');
  });

  /** Undefined if the key has ended meanwhile: its page says so. */
  function change({ id }: ShownKey, { actor }: Owner, changes: KeyChanges) {
    return updateApiKey(db, id, changes, actor).catch(isOvertaken);
  }
}

type Shown = Omit<Parameters<typeof accountApiKeyPage>[0], 'now' | 'usage' | 'lastCall'>;

async function keyPage(reads: Reads, shown: Shown): Promise<string> {
  const [days, now] = [await reads.run(true, (db) => listUsageOfKey(db, shown.key.id)), new Date()];
  return accountApiKeyPage({ ...shown, now, ...usageOnPage(days, now) });
}

function done(ctx: Context, key: ShownKey, notice: string): void {
  writeCookie(ctx, cookie, encodeURIComponent(notice), { maxAgeMs: 60_000 });
  seeOther(ctx, keyPath(key));
}

function takeNotice(ctx: Context): KeyNotice | undefined {
  const value = readCookie(ctx, cookie);
  if (value === undefined) return undefined;
  removeCookie(ctx, cookie);
  const [what, ...scopes] = decodeURIComponent(value).split(' ');
  if (what === 'limited' || what === 'saved') return what;
  const [permission] = permissionsOf(scopes);
  return permission && { removed: permission.title };
}
