/** The first admin page: what needs attention, and the statistics of thirty days. */

import { adminHomePage, type Needs } from '../../../../views/admin/system/home.ts';
import { m } from '../../../../views/messages/index.ts';
import { number, percent } from '../../../../views/text.ts';
import type { Tile } from '../../../../views/tiles.ts';
import { type Attention, readAttention } from '../../../operations/attention.ts';
import { type DailyStatistics, measuresByDay, statisticsByDay, tokensOf } from '../../../policy/statistics.ts';
import { maxCounted } from '../../../store/attention.ts';
import { listDailyStatistics, statisticsDays } from '../../../store/client-statistics.ts';
import type { Db } from '../../../store/database.ts';
import type { Gauge } from '../../../store/gauges.ts';
import { framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { failedTile, gaugeTile, tokensTile } from '../tiles.ts';

export function homePages(pages: AdminPages): void {
  pages.read('/', async (ctx, admin, db) => {
    const now = new Date();
    ctx.body = adminHomePage({
      frame: framed(ctx, admin),
      needs: needsOf(await readAttention(db, now)),
      tiles: await homeTiles(db, now),
      now,
    });
  });
}

async function homeTiles(db: Db, now: Date): Promise<Tile[]> {
  const counted = await listDailyStatistics(db);
  const days: DailyStatistics[] = statisticsByDay(counted, now, statisticsDays);
  const gauge = (what: Gauge) => measuresByDay(counted, what, now, statisticsDays);
  const verified = gauge('verified_apps').at(-1);
  return [
    gaugeTile(m().adminSystem.tiles.peopleConnected, gauge('people')),
    tokensTile(days.map(tokensOf)),
    failedTile(days),
    gaugeTile(
      m().adminSystem.tiles.apps,
      gauge('apps'),
      verified === undefined ? undefined : m().adminSystem.tiles.verified(number(verified)),
    ),
  ].filter((tile) => tile !== undefined);
}

const upTo = (count: number): string => `${number(count)}${count < maxCounted ? '' : '+'}`;
const people = (count: number): string => m().adminSystem.home.people(upTo(count));

function needsOf({
  failing,
  webhooks,
  logouts,
  streams,
  reviews,
  reviewsWaiting,
  secrets,
  waiting,
  oldKeyDays,
}: Attention): Needs {
  return {
    failing: failing.map((one) => ({
      ...named(one),
      percent: percent(one.share),
      failed: one.failed,
      people: people(one.people),
      ...(one.wrong && { wrong: one.wrong }),
    })),
    webhooks: webhooks.map((one) => ({
      ...named(one),
      url: one.url,
      ...(one.disabled_reason && { stopped: one.disabled_reason }),
      undelivered: upTo(one.undelivered),
      ...(one.succeeded_at && { since: one.succeeded_at }),
      ...answerOf(one),
    })),
    logouts: logouts.map((one) => ({
      ...named(one),
      url: one.url,
      undelivered: { count: one.undelivered, said: upTo(one.undelivered) },
      ...answerOf(one),
    })),
    streams: streams.map((one) => ({
      ...named(one),
      since: one.failing_since,
      paused: one.paused,
      ...(one.error !== null && { error: one.error }),
    })),
    reviews: reviews.map((one) => ({
      ...named(one),
      ...(one.owner_name && { owner: one.owner_name }),
      since: one.submitted_at,
      people: people(one.people),
      again: one.checked_at !== null,
    })),
    moreReviews: reviewsWaiting - reviews.length,
    secrets: secrets.map((one) => ({
      ...named(one),
      ...(one.last_four && { ending: `vcs_cs_…${one.last_four}` }),
      ends: one.expires_at,
      lastUsed: one.last_used_at,
    })),
    waiting: waiting.map((one) => ({ ...named(one), since: one.asked_at, people: one.people })),
    ...(oldKeyDays !== undefined && { oldKeyDays }),
  };
}

/** The status of the last answer, or why it did not come. */
const answerOf = ({
  last_status: status,
  last_error: error,
}: {
  last_status: number | null;
  last_error: string | null;
}) => ((status ?? error) ? { answer: String(status ?? error) } : {});

const named = (one: { client_id: string; client_name: string }) => ({ clientId: one.client_id, name: one.client_name });
