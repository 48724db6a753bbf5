/** The activity of an account: its part of the audit log, in plain sentences, by page. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { type ActivityAsked, accountActivityPage } from '../../../views/account/activity.ts';
import type { ActivityEntry } from '../../../views/account/activity-entry.ts';
import { activityKinds, causeOf, clientOfEvent } from '../../policy/activity.ts';
import { parseScope } from '../../policy/scopes.ts';
import { type ActivityFilter, countActivity, listActivity, maxActivityCounted } from '../../store/account-activity.ts';
import type { AuditEvent } from '../../store/audit.ts';
import type { Db } from '../../store/database.ts';
import { readDay } from '../admin/day.ts';
import { chosen, queried } from '../admin/pages.ts';
import { pageAsked, pagerLinks, rowsPerPage } from '../admin/paging.ts';
import type { WebDeps } from '../deps.ts';
import { findKnownApp, type KnownAppDeps } from './known-app.ts';
import { type Owner, personPages } from './person-pages.ts';

const dayMs = 86_400_000;

/** Adds the routes of this page to those of the account. */
export function activityPages(router: Router, deps: WebDeps): void {
  personPages(router, deps).read('/activity', (ctx, owner, db) => showActivity(ctx, { ...deps, db }, owner));
}

async function showActivity(ctx: Context, deps: KnownAppDeps, { id, ...owner }: Owner): Promise<void> {
  const asked = askedFor(ctx);
  const { filter, wrong } = filterOf(id, asked);
  if (wrong.length > 0) ctx.status = 422;
  const { events, links, removed } =
    wrong.length > 0
      ? { events: [], links: pagerLinks({}, { number: 1 }, { rows: [] }, 0), removed: undefined }
      : await pageOf(ctx, deps.db, filter, asked);
  const entries = await Promise.all(events.map((event) => entryOf(event, id, deps)));
  ctx.body = accountActivityPage({ ...owner, asked, wrong, entries, links, removed, now: new Date() });
}

function askedFor(ctx: Context): ActivityAsked {
  const [kind, from, until] = [chosen(ctx, 'kind', activityKinds), queried(ctx, 'from'), queried(ctx, 'until')];
  return { ...(kind && { kind }), ...(from && { from }), ...(until && { until }) };
}

function filterOf(accountId: string, { kind, from, until }: ActivityAsked) {
  const [first, last] = [readDay(from), readDay(until)];
  const filter: ActivityFilter = {
    accountId,
    kind,
    from: first,
    // The last day is included.
    until: last && new Date(last.getTime() + dayMs),
  };
  return {
    filter,
    wrong: [...(from && !first ? (['from'] as const) : []), ...(until && !last ? (['until'] as const) : [])],
  };
}

async function pageOf(ctx: Context, db: Db, filter: ActivityFilter, params: ActivityAsked) {
  const [after, before] = [seq(ctx, 'after'), seq(ctx, 'before')];
  const { number } = pageAsked(ctx);
  const near = Math.min(number, maxActivityCounted / rowsPerPage);
  const offset = (near - 1) * rowsPerPage;
  const place = after ? { after } : before ? { before } : { offset };
  const found = await listActivity(db, filter, { limit: rowsPerPage + 1, ...place });
  const more = found.length > rowsPerPage;
  // Read towards the newest, the extra row is the first one.
  const events = after ? found.slice(-rowsPerPage) : found.slice(0, rowsPerPage);
  const [first, last] = [events[0], events.at(-1)];
  const ways = {
    rows: events,
    ...(first && (after ? more : before || offset > 0) && { previous: { after: first.seq } }),
    ...(last && (after || more) && { next: { before: last.seq } }),
  };
  const { total, removed } = await countActivity(db, filter);
  const links = pagerLinks(params, { number: after || before ? number : near }, ways, total);
  return {
    events,
    links: { ...links, more: total >= maxActivityCounted },
    removed: ways.next ? undefined : removed,
  };
}

function seq(ctx: Context, name: string): string | undefined {
  const value = queried(ctx, name);
  return value && /^\d{1,18}$/.test(value) ? value : undefined;
}

/** What the log records of an event. Events of other versions may have other details, so each is checked. */
type Details = Readonly<Record<string, unknown>>;

async function entryOf(event: AuditEvent, accountId: string, deps: KnownAppDeps): Promise<ActivityEntry> {
  const details = (event.details ?? {}) as Details;
  const { at, action, target } = event;
  return {
    at,
    action,
    target,
    by: causeOf(event, accountId),
    app: await appOf(clientOfEvent(event), deps),
    through: await appOf(text(details.app), deps),
    organisation: text(details.organisation),
    address: text(details.ip),
    browser: browserOf(details),
    methods: texts(details.methods),
    granted: texts(details.granted) ?? scopesOf(details.scope),
    until: moment(details.ends_at),
    less: (texts(details.taken_away)?.length ?? 0) > 0,
    sessionsEnded: count(details.sessions_ended),
    left: count(details.left),
    // Lines of earlier versions name the fields only by their values.
    fields: texts(details.changed) ?? Object.keys(Object(details.after)),
    role: text(details.after),
    apiKey: text(details.looks_like) ?? text(details.key_id),
  };
}

/** An app that was deleted is known by its id alone. */
async function appOf(clientId: string | undefined, deps: KnownAppDeps): Promise<ActivityEntry['app']> {
  if (clientId === undefined) return undefined;
  return (await findKnownApp(deps, clientId))?.app ?? { clientId };
}

const scopesOf = (scope: unknown): string[] | undefined => (typeof scope === 'string' ? parseScope(scope) : undefined);

function browserOf({ browser, system }: Details): ActivityEntry['browser'] {
  const named = { browser: text(browser), system: text(system), handheld: false };
  return named.browser || named.system ? named : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const moment = (value: unknown): Date | undefined => {
  const date = new Date(text(value) ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
};
const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
