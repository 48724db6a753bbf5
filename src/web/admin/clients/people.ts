/** The people who have allowed a client something. */
import { clientPeoplePage } from '../../../../views/admin/clients/people.ts';
import { listPeopleOf } from '../../../store/client-counts.ts';
import { countPeople } from '../../../store/client-search.ts';
import { getClient } from '../../../store/clients.ts';
import { framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { numberedWays, pageAsked, pagerLinks, rowsPerPage } from '../paging.ts';
import { clientIdOf, clientSubject } from './subject.ts';

export function clientPeoplePages(pages: AdminPages): void {
  pages.read('/client/:id/people', async (ctx, admin, db) => {
    const client = await getClient(db, clientIdOf(ctx));
    const { number } = pageAsked(ctx);
    const offset = (number - 1) * rowsPerPage;
    const found = await listPeopleOf(db, client.client_id, { offset, limit: rowsPerPage + 1 });
    const ways = numberedWays(found, number);
    const total = await countPeople(db, client.client_id);
    ctx.body = clientPeoplePage({
      frame: framed(ctx, admin),
      subject: await clientSubject(db, client),
      rows: ways.rows.map((person) => ({
        accountId: person.account_id,
        email: person.email,
        granted: person.granted,
        byOrganisation: person.by_organisation,
        since: person.created_at,
        connections: person.connections,
        ...(person.last_used && { lastUsed: person.last_used }),
      })),
      links: pagerLinks({}, { number }, ways, total),
      now: new Date(),
    });
  });
}
