/** The keys of a person: the list, a new one, its replacement and its end. */
import { randomBytes } from 'node:crypto';
import type Router from '@koa/router';
import type { Context } from 'koa';
import {
  accountApiKeyOncePage,
  accountApiKeyRevocationPage,
  accountApiKeyRotationPage,
  keyOverlaps,
} from '../../../views/account/api-key-acts.ts';
import { accountNewApiKeyPage, type NewKeyValues } from '../../../views/account/api-key-new.ts';
import {
  accountApiKeysPage,
  hasEnded,
  type KeysNotice,
  keysPath,
  type ShownKey,
} from '../../../views/account/api-keys.ts';
import type { Problems } from '../../../views/admin/fields.ts';
import { findProjectsScript, searchesItself } from '../../../views/project-picker.ts';
import { copyScript } from '../../../views/secret-once.ts';
import { AppError, type ErrorDetails } from '../../errors.ts';
import { createApiKey, getOwnApiKey, type MadeKey, revokeApiKey, rotateApiKey } from '../../operations/api-keys.ts';
import { contentSecurityPolicy } from '../../policy/content-security.ts';
import type { WebDeps } from '../deps.ts';
import { addressesOf } from '../docs/fill.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { field, searches } from '../http/forms.ts';
import type { Picked } from '../http/project-picker.ts';
import { seeOther } from '../http/see-other.ts';
import { requireFresh } from '../http/step-up.ts';
import { apiKeyPages } from './api-key.ts';
import { emptyValues, inputOfValues, readValues, tomorrow } from './api-key-form.ts';
import { type KeyProjects, keyProjects } from './api-key-projects.ts';
import { keyNamed, keysWithCalls, shownKey } from './api-key-shown.ts';
import { ownPages } from './own-pages.ts';
import { type Owner, personPages } from './person-pages.ts';

const cookie = 'keys_changed';
const withCopy = contentSecurityPolicy(copyScript);
const withSearch = contentSecurityPolicy(findProjectsScript);

/** Adds the routes of these pages to those of the account. A form that makes a key needs a recent sign-in; one that ends a key does not. */
export function apiKeysPages(router: Router, deps: WebDeps): void {
  const { db } = deps;
  const pages = personPages(router, deps);
  const fresh = ownPages(router, deps);
  const making = { ...deps, projects: keyProjects(deps) };
  const { projects } = making;

  pages.show('/api-keys', async (ctx, { id, ...owner }) => {
    const now = new Date();
    const keys = await projects.named(id, await keysWithCalls(db, id, now));
    ctx.body = accountApiKeysPage({ ...owner, keys, now, notice: takeNotice(ctx) });
  });

  pages.show('/api-keys/new', async (ctx, owner) => {
    await showForm(ctx, making, owner, { values: emptyValues, form: randomBytes(16).toString('hex') });
  });
  pages.change('/api-keys/new', async (ctx, owner, form) => {
    if (searches(form)) await showForm(ctx, making, owner, typedIn(form, projects));
    else if (await requireFresh(ctx, deps, owner.person, form)) await makeKey(ctx, making, owner, form);
  });
  apiKeyPages(pages, fresh, deps, projects);

  pages.show('/api-keys/:key_id/rotate', async (ctx, owner) => {
    const [key, now] = [await keyNamed(db, owner, ctx), new Date()];
    ctx.body = accountApiKeyRotationPage({
      ...owner,
      key,
      now,
      refused: hasEnded(key, now) || key.replacedBy !== undefined,
    });
  });
  fresh.change('/api-keys/:key_id/rotate', (ctx, owner, form) => rotateKey(ctx, making, owner, form));

  pages.show('/api-keys/:key_id/revoke', async (ctx, owner) => {
    const [key, now] = [await keyNamed(db, owner, ctx), new Date()];
    if (hasEnded(key, now)) return seeOther(ctx, keysPath);
    ctx.body = accountApiKeyRevocationPage({ ...owner, key, now });
  });
  pages.change('/api-keys/:key_id/revoke', async (ctx, owner) => {
    const { id, name } = await keyNamed(db, owner, ctx);
    await unlessEnded(revokeApiKey(db, id, owner.actor));
    leave(ctx, { revoked: name });
  });
}

type Making = Omit<WebDeps, 'projects'> & { readonly projects: KeyProjects };

/** What a form said. */
function typedIn(form: URLSearchParams, projects: KeyProjects): Typed {
  return { values: readValues(form), form: field(form, 'form'), picked: projects.read(form) };
}

async function makeKey(ctx: Context, deps: Making, owner: Owner, form: URLSearchParams): Promise<void> {
  const typed = typedIn(form, deps.projects);
  const { values, picked } = typed;
  const wrong = await deps.projects.problemOf({ accountId: owner.id, form: typed.form }, picked);
  const read = inputOfValues(values, picked?.mode === 'only' ? picked.ids : null, new Date());
  if ('problems' in read || wrong !== undefined) {
    ctx.status = 422;
    const problems = 'problems' in read ? read.problems : {};
    return showForm(ctx, deps, owner, { ...typed, problems, projectsProblem: wrong });
  }
  const made = await createApiKey(deps.db, owner.id, read.input, owner.actor, typed.form).catch(conflictDetails);
  if (!('conflict' in made)) return showOnce(ctx, deps, owner, made);
  if (made.conflict.made !== undefined) return leave(ctx, 'already');
  ctx.status = 409;
  await showForm(ctx, deps, owner, { ...typed, ...limitsIn(made.conflict) });
}

async function rotateKey(ctx: Context, deps: Making, owner: Owner, form: URLSearchParams): Promise<void> {
  const { db } = deps;
  const key = await keyNamed(db, owner, ctx);
  const days = keyOverlaps.find((one) => one === field(form, 'days'));
  const now = new Date();
  if (!days) {
    ctx.status = 422;
    ctx.body = accountApiKeyRotationPage({ ...owner, key, now, wrong: true });
    return;
  }
  const overlapSeconds = Number(days) * 86_400;
  const made = await rotateApiKey(db, key.id, { overlapSeconds }, owner.actor).catch(conflictDetails);
  if ('conflict' in made) {
    ctx.status = 409;
    const reached = limitsIn(made.conflict);
    ctx.body = accountApiKeyRotationPage({ ...owner, key, now, ...(reached ?? { refused: true }) });
    return;
  }
  await showOnce(ctx, deps, owner, made, shownKey(await getOwnApiKey(db, owner.id, key.id)));
}

async function showOnce(
  ctx: Context,
  { config, projects }: Making,
  owner: Owner,
  { key, secret }: MadeKey,
  old?: ShownKey,
): Promise<void> {
  const [shown = shownKey(key)] = await projects.named(owner.id, [shownKey(key)]);
  ctx.set('Content-Security-Policy', withCopy);
  const { api } = addressesOf(config);
  ctx.body = accountApiKeyOncePage({ ...owner, key: shown, secret, old, api, now: new Date() });
}

interface Typed {
  readonly values: NewKeyValues;
  readonly form: string;
  readonly picked?: Picked | undefined;
  readonly problems?: Problems;
  readonly projectsProblem?: string | undefined;
  readonly full?: number;
  readonly today?: number;
}

async function showForm(
  ctx: Context,
  { config, projects }: Making,
  owner: Owner,
  { picked, ...typed }: Typed,
): Promise<void> {
  const picker = await projects.show({ accountId: owner.id, form: typed.form }, picked);
  if (searchesItself(picker)) ctx.set('Content-Security-Policy', withSearch);
  const { aiInTest } = config;
  ctx.body = accountNewApiKeyPage({
    problems: {},
    ...{ ...owner, ...typed, aiInTest },
    projects: picker,
    tomorrow: tomorrow(new Date()),
  });
}

/** The limit that a conflict is about, if it is about one. */
function limitsIn({ keys, keys_a_day: today }: ErrorDetails): { full?: number; today?: number } | undefined {
  if (keys !== undefined) return { full: Number(keys) };
  return today === undefined ? undefined : { today: Number(today) };
}

/** What is known of a conflict. */
function conflictDetails(error: unknown): { readonly conflict: ErrorDetails } {
  if (error instanceof AppError && error.kind === 'conflict') return { conflict: error.details ?? {} };
  throw error;
}

/** A key that has ended already is what was asked for. */
async function unlessEnded(work: Promise<void>): Promise<void> {
  await work.catch(conflictDetails);
}

function leave(ctx: Context, notice: KeysNotice): void {
  const said = notice === 'already' ? notice : `revoked ${notice.revoked}`;
  writeCookie(ctx, cookie, encodeURIComponent(said), { maxAgeMs: 60_000 });
  seeOther(ctx, keysPath);
}

function takeNotice(ctx: Context): KeysNotice | undefined {
  const value = readCookie(ctx, cookie);
  if (value === undefined) return undefined;
  removeCookie(ctx, cookie);
  const said = decodeURIComponent(value);
  return said === 'already' ? said : { revoked: said.slice('revoked '.length) };
}
