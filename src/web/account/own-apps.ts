/** The apps that an account owns: the list, and the activity of one of them. */
import type Router from '@koa/router';
import { yourAppPage } from '../../../views/account/your-app.ts';
import { yourAppsPage } from '../../../views/account/your-apps.ts';
import { explainFailures } from '../../operations/failures.ts';
import { getOwnClient } from '../../operations/own-clients.ts';
import { failedShare, failingApp } from '../../policy/attention.ts';
import { clientState } from '../../policy/client/state.ts';
import { groupFailures } from '../../policy/failure-groups.ts';
import { logoPath } from '../../policy/logos.ts';
import { type DailyStatistics, lastDays, statisticsByDay, tokensOf } from '../../policy/statistics.ts';
import { usageByDay } from '../../policy/usage-days.ts';
import { listUsageOfClient } from '../../store/app-usage.ts';
import { countPeople } from '../../store/client-search.ts';
import { findLastUse, listDailyStatistics, statisticsDays } from '../../store/client-statistics.ts';
import { listFailedRequests, maxKept, maxKeptOfStrangers } from '../../store/failed-requests.ts';
import { listNewPeople, listOwnedClients, type OwnedClient } from '../../store/own-clients.ts';
import type { WebDeps } from '../deps.ts';
import { editOwnPages } from './own-edit.ts';
import { ownFailurePages, withMine } from './own-failures.ts';
import { appHead, dayMs } from './own-head.ts';
import { takeOwnNotice } from './own-notice.ts';
import { ownedBy, ownPages, pathOf } from './own-pages.ts';
import { ownReviewPages } from './own-review.ts';
import { ownSecretPages } from './own-secrets.ts';
import type { PersonPages } from './person-pages.ts';

/** Adds the routes of these pages to those of the account. */
export function yourAppsPages(router: Router, deps: WebDeps): void {
  const pages = ownPages(router, deps);
  listPages(pages, deps);
  overviewPages(pages, deps);
  ownFailurePages(pages, deps.db);
  ownSecretPages(pages, deps);
  editOwnPages(pages, deps);
  ownReviewPages(pages, deps);
}

function listPages(pages: PersonPages, { db, config }: WebDeps): void {
  pages.show('/your-apps', async (ctx, builder) => {
    const apps = (await listOwnedClients(db, builder.id)).map(listed);
    const { supportUrl } = config;
    ctx.body = yourAppsPage({ ...builder, apps, now: new Date(), supportUrl, playground: config.demo });
  });
}

function listed(client: OwnedClient) {
  const { failed, issued, people } = client;
  const share = failedShare({ failed, issued });
  return {
    path: pathOf(client.client_id),
    clientId: client.client_id,
    name: client.client_name,
    ...(client.logo_hash && { logo: logoPath(client.logo_hash) }),
    state: clientState(client),
    firstParty: client.first_party,
    people: client.type === 'service' ? undefined : people,
    ...(failed + issued > 0 && { share }),
    fails: failed >= failingApp.minFailures && share >= failingApp.minShare,
    ...(client.last_used_at && { lastUsed: client.last_used_at }),
  };
}

function overviewPages(pages: PersonPages, { db, config }: WebDeps): void {
  pages.show('/your-apps/:id', async (ctx, builder) => {
    const client = await getOwnClient(db, ownedBy(builder, ctx));
    const [id, now] = [client.client_id, new Date()];
    const days = statisticsByDay(await listDailyStatistics(db, id), now, statisticsDays);
    const newest = await listFailedRequests(db, { clientId: id }, { limit: maxKept + maxKeptOfStrangers });
    const kept = (await explainFailures(db, newest)).map(withMine(builder.id));
    const people = await countPeople(db, id);
    const lastUsed = await findLastUse(db, id);
    ctx.body = yourAppPage({
      ...builder,
      head: await appHead(db, client, now),
      ...takeOwnNotice(ctx),
      service: client.type === 'service',
      people: { now: people, byDay: peopleByDay(people, await listNewPeople(db, id, statisticsDays), now) },
      requests: weekly(days),
      days,
      usage: usageByDay(await listUsageOfClient(db, id), now),
      groups: groupFailures(kept, new Date(now.getTime() - dayMs)),
      limit: config.unverifiedPeopleLimit,
      ...(lastUsed && { lastUsed }),
      now,
    });
  });
}

/** How many of today's people were already there at the end of each day; people who have left since are not counted. */
function peopleByDay(people: number, came: readonly { day: string; count: number }[], now: Date) {
  const counts = new Map(came.map(({ day, count }) => [day, count]));
  let later = 0;
  return lastDays(now, statisticsDays)
    .toReversed()
    .map((day) => {
      const count = Math.max(0, people - later);
      const added = counts.get(day) ?? 0;
      later += added;
      return { day, count, added };
    })
    .toReversed();
}

/** Requests and the share that failed: today, in the last seven days, and in the seven days before. */
function weekly(days: readonly DailyStatistics[]) {
  const sum = (some: readonly DailyStatistics[]) => {
    const failed = some.reduce((all, { errors }) => all + errors, 0);
    const issued = some.reduce((all, day) => all + tokensOf(day), 0);
    return { requests: failed + issued, share: failedShare({ failed, issued }) };
  };
  return { today: sum(days.slice(-1)), week: sum(days.slice(-7)), before: sum(days.slice(-14, -7)) };
}
