/** The activity of a client, and of the whole installation. */
import { clientActivityPage } from '../../../../views/admin/clients/activity.ts';
import { statisticsPage } from '../../../../views/admin/system/statistics.ts';
import { statisticsByDay, totalsOf } from '../../../policy/statistics.ts';
import { usageByDay } from '../../../policy/usage-days.ts';
import { listUsageOfClient } from '../../../store/app-usage.ts';
import { countLivingGrants, countPeople } from '../../../store/client-search.ts';
import { findLastUse, listDailyStatistics, statisticsDays } from '../../../store/client-statistics.ts';
import { getClient } from '../../../store/clients.ts';
import { countEverything } from '../../../store/statistics.ts';
import type { AdminPages } from '../pages.ts';
import { bounded, clientIdOf, clientSubject } from './subject.ts';

export function activityPages(pages: AdminPages): void {
  pages.read('/client/:id/insight', async (ctx, admin, db) => {
    const client = await getClient(db, clientIdOf(ctx));
    const clientId = client.client_id;
    const [now, lastUsed] = [new Date(), await findLastUse(db, clientId)];
    const days = statisticsByDay(await listDailyStatistics(db, clientId), now, statisticsDays);
    ctx.body = clientActivityPage({
      frame: admin,
      subject: await clientSubject(db, client),
      people: bounded(await countPeople(db, clientId)),
      connections: bounded(await countLivingGrants(db, clientId)),
      ...(lastUsed && { lastUsed }),
      totals: totalsOf(days),
      days,
      usage: usageByDay(await listUsageOfClient(db, clientId), now),
      now,
    });
  });

  pages.read('/statistics', async (ctx, admin, db) => {
    const days = statisticsByDay(await listDailyStatistics(db), new Date(), statisticsDays);
    const { clients, accounts, grants, sessions } = await countEverything(db);
    ctx.body = statisticsPage({ frame: admin, clients, accounts, grants, sessions, totals: totalsOf(days), days });
  });
}
