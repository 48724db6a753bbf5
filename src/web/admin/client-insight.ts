/** How a client does, and how the whole installation does. */
import { clientInsightPage } from '../../../views/admin/client-insight.ts';
import { statisticsPage } from '../../../views/admin/statistics.ts';
import { figuresByDay, totalsOf } from '../../policy/figures.ts';
import { figureDays, findLastUse, listFigures } from '../../store/client-figures.ts';
import { countLivingGrants, countPeople } from '../../store/client-search.ts';
import { getClient } from '../../store/clients.ts';
import { countEverything } from '../../store/statistics.ts';
import type { WebDeps } from '../deps.ts';
import { bounded, clientIdOf, clientSubject } from './client-subject.ts';
import type { AdminPages } from './pages.ts';

export function insightPages(pages: AdminPages, { db }: WebDeps): void {
  pages.show('/client/:id/insight', async (ctx, admin) => {
    const client = await getClient(db, clientIdOf(ctx));
    const clientId = client.client_id;
    const [now, lastUsed] = [new Date(), await findLastUse(db, clientId)];
    const days = figuresByDay(await listFigures(db, clientId), now, figureDays);
    ctx.body = clientInsightPage({
      frame: admin,
      subject: await clientSubject(db, client),
      people: bounded(await countPeople(db, clientId)),
      connections: bounded(await countLivingGrants(db, clientId)),
      ...(lastUsed && { lastUsed }),
      totals: totalsOf(days),
      days,
      now,
    });
  });

  pages.show('/statistics', async (ctx, admin) => {
    const days = figuresByDay(await listFigures(db), new Date(), figureDays);
    const { clients, accounts, grants, sessions } = await countEverything(db);
    ctx.body = statisticsPage({ frame: admin, clients, accounts, grants, sessions, totals: totalsOf(days), days });
  });
}
