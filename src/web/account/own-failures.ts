/** Why requests of the owner's app failed. */
import { yourAppFailuresPage } from '../../../views/account/your-app-failures.ts';
import { explainFailures } from '../../operations/failures.ts';
import { getOwnClient } from '../../operations/own-clients.ts';
import type { Db } from '../../store/database.ts';
import { callerKey, pageOfFailedRequests } from '../../store/failed-requests.ts';
import { senderAsked, strangersBy } from '../admin/clients/errors.ts';
import { chosenPage, queried } from '../admin/pages.ts';
import { appHead } from './own-head.ts';
import { ownedBy } from './own-pages.ts';
import type { PersonPages } from './person-pages.ts';

const rowsPerPage = 25;

export function ownFailurePages(pages: PersonPages, primary: Db): void {
  pages.read('/your-apps/:id/failed', async (ctx, builder, db) => {
    // Whose app it is now: a replica may not know yet.
    const client = await getOwnClient(primary, ownedBy(builder, ctx));
    const request = queried(ctx, 'request')?.slice(0, 100);
    const page = chosenPage(ctx);
    const sender = senderAsked(ctx);
    const filter = { clientId: client.client_id, requestId: request, ...strangersBy(sender) };
    const { rows, total } = await pageOfFailedRequests(db, filter, { page, per_page: rowsPerPage });
    const now = new Date();
    ctx.body = yourAppFailuresPage({
      ...builder,
      head: await appHead(db, client, now),
      failures: (await explainFailures(db, rows)).map(withMine(builder.id)),
      ...(request && { request }),
      ...(sender && { sender }),
      page,
      pages: Math.ceil(total / rowsPerPage),
      total,
      now,
    });
  });
}

/** Marks failures that the owner caused. What others sent must not be offered for registration. */
export function withMine(accountId: string) {
  const mine = callerKey('account', accountId);
  return <F extends { readonly caller: string | null }>(failure: F) => ({ ...failure, mine: failure.caller === mine });
}
