/** Why requests failed: of one client, and over all of them by request id. */
import type { Context } from 'koa';
import { clientErrorsPage, type FailureRow } from '../../../views/admin/client-errors.ts';
import { type ExplainedFailure, explainFailures } from '../../operations/failures.ts';
import { getClient } from '../../store/clients.ts';
import { listFailedRequests, pageOfFailedRequests } from '../../store/failed-requests.ts';
import type { WebDeps } from '../deps.ts';
import { type AdminPages, chosenPage, queried } from './pages.ts';
import { link, rowsPerPage } from './paging.ts';

export function clientErrorPages(pages: AdminPages, { db }: WebDeps): void {
  pages.show('/client/:id/errors', async (ctx: Context & { params?: Record<string, string> }, admin) => {
    const { client_id: clientId, client_name: name } = await getClient(db, ctx.params?.id as string);
    const [request, page] = [requestAsked(ctx), chosenPage(ctx)];
    const filter = { clientId, requestId: request };
    const { rows, total } = await pageOfFailedRequests(db, filter, { page, per_page: rowsPerPage });
    const to = (number: number) => link({ request, page: String(number) });
    ctx.body = clientErrorsPage({
      frame: admin,
      client: { clientId, name },
      ...(request && { request }),
      rows: (await explainFailures(db, rows)).map(row),
      links: {
        ...(page > 1 && rows.length > 0 && { previous: to(page - 1) }),
        ...(page * rowsPerPage < total && { next: to(page + 1) }),
      },
    });
  });

  pages.show('/errors', async (ctx, admin) => {
    const request = requestAsked(ctx);
    const failures = await listFailedRequests(db, { requestId: request }, { limit: rowsPerPage });
    const rows = (await explainFailures(db, failures)).map(row);
    ctx.body = clientErrorsPage({ frame: admin, ...(request && { request }), rows, links: {} });
  });
}

/** As typed: what is no id finds nothing. */
const requestAsked = (ctx: Context) => queried(ctx, 'request')?.slice(0, 100);

function row(failure: ExplainedFailure): FailureRow {
  const { id, at, endpoint, error, wrong, fix, description, detail } = failure;
  return {
    id,
    at,
    requestId: failure.request_id,
    clientId: failure.client_id,
    endpoint,
    error,
    wrong,
    fix,
    ...(description && { description }),
    ...(detail && { detail }),
    parameters: Object.entries(failure.parameters),
  };
}
