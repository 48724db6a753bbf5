/** Failed requests with their reasons: of one client, or of all clients by request id. */
import type { Context } from 'koa';
import { clientErrorsPage, type FailureRow } from '../../../../views/admin/clients/errors.ts';
import { type Sender, senders } from '../../../../views/failed-by.ts';
import { type ExplainedFailure, explainFailures } from '../../../operations/failures.ts';
import { getClient } from '../../../store/clients.ts';
import { countFailuresUpTo, listFailedRequests, pageOfFailedRequests } from '../../../store/failed-requests.ts';
import { type AdminPages, chosen, chosenPage, queried } from '../pages.ts';
import { numberedWays, pagerLinks, rowsPerPage } from '../paging.ts';
import { clientIdOf, clientSubject } from './subject.ts';

export function clientErrorPages(pages: AdminPages): void {
  pages.read('/client/:id/errors', async (ctx, admin, db) => {
    const client = await getClient(db, clientIdOf(ctx));
    const clientId = client.client_id;
    const [request, page] = [requestAsked(ctx), chosenPage(ctx)];
    const sender = senderAsked(ctx);
    const filter = { clientId, requestId: request, ...strangersBy(sender) };
    const { rows, total } = await pageOfFailedRequests(db, filter, { page, per_page: rowsPerPage });
    ctx.body = clientErrorsPage({
      frame: admin,
      subject: await clientSubject(db, client),
      ...(request && { request }),
      ...(sender && { sender }),
      rows: (await explainFailures(db, rows)).map(row),
      links: pagerLinks({ request, by: sender }, { number: page }, waysOf(rows, page, total), total),
    });
  });

  pages.read('/errors', async (ctx, admin, db) => {
    const [request, sender] = [requestAsked(ctx), senderAsked(ctx)];
    const filter = { requestId: request, ...strangersBy(sender) };
    const number = chosenPage(ctx);
    const found = await listFailedRequests(db, filter, {
      limit: rowsPerPage + 1,
      offset: (number - 1) * rowsPerPage,
    });
    const ways = numberedWays(found, number);
    const total = await countFailuresUpTo(db, filter);
    ctx.body = clientErrorsPage({
      frame: admin,
      ...(request && { request }),
      ...(sender && { sender }),
      rows: (await explainFailures(db, ways.rows)).map(row),
      links: pagerLinks({ request, by: sender }, { number }, ways, total),
    });
  });
}

/** The text as typed: if it is not an id, no request matches. */
const requestAsked = (ctx: Context) => queried(ctx, 'request')?.slice(0, 100);

export const senderAsked = (ctx: Context): Sender | undefined => chosen(ctx, 'by', senders);

/** The filter of the store for a choice of senders. */
export const strangersBy = (sender: Sender | undefined) => (sender ? { stranger: sender === 'unknown' } : {});

const waysOf = (rows: readonly unknown[], number: number, total: number) => ({
  rows,
  ...(number > 1 && { previous: {} }),
  ...(number * rowsPerPage < total && { next: {} }),
});

function row(failure: ExplainedFailure): FailureRow {
  const { id, at, endpoint, error, by, wrong, fix, description, detail } = failure;
  return {
    id,
    at,
    requestId: failure.request_id,
    clientId: failure.client_id ?? undefined,
    endpoint,
    error,
    by,
    wrong,
    fix,
    ...(description && { description }),
    ...(detail && { detail }),
    parameters: Object.entries(failure.parameters),
  };
}
