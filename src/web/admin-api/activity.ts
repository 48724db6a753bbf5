/** /admin/v1/clients/{client_id}/insight and …/errors, /errors: the activity of a client, and why its requests failed. */
import { z } from 'zod';
import { type ExplainedFailure, explainFailures } from '../../operations/failures.ts';
import { statisticsByDay } from '../../policy/statistics.ts';
import { listUsageOfClient } from '../../store/app-usage.ts';
import { countLivingGrants, countPeople } from '../../store/client-search.ts';
import { findLastUse, listDailyStatistics, statisticsDays } from '../../store/client-statistics.ts';
import { getClient } from '../../store/clients.ts';
import { pageOfFailedRequests } from '../../store/failed-requests.ts';
import { oneClient } from './clients.ts';
import { activityShape, failureShape } from './documents.ts';
import { onePage, requestId } from './fields.ts';
import { operation } from './operation.ts';

export const activityOperations = [
  operation({
    id: 'clients.insight',
    method: 'GET',
    path: '/clients/{client_id}/insight',
    summary:
      'Activity of a client: people, valid grants, last use; tokens by grant type, errors and refresh token reuses by day; calls that gateways counted',
    description:
      'The last 30 days, in UTC. Counts of people and grants stop at 10,000. The last ten seconds may be missing. `calls` has the days, the newest first, on which a gateway counted calls of the client; their last minute may be missing.',
    scopes: ['clients:read'],
    params: oneClient,
    data: activityShape,
    async run({ db, params }) {
      const { client_id: id } = await getClient(db, params.client_id);
      return {
        data: {
          client_id: id,
          people: await countPeople(db, id),
          grants: await countLivingGrants(db, id),
          last_used_at: (await findLastUse(db, id)) ?? null,
          days: statisticsByDay(await listDailyStatistics(db, id), new Date(), statisticsDays),
          calls: await listUsageOfClient(db, id),
        },
      };
    },
  }),
  operation({
    id: 'clients.errors',
    method: 'GET',
    path: '/clients/{client_id}/errors',
    summary: 'Why the last requests of a client failed, and what to fix; the newest first',
    description:
      'At most 200 of the client and its people and 100 of strangers, 20 of each caller, from the last 14 days. `by` is `client` (it had authenticated), `person` (signed in, or with a code or token of the client) or `stranger` (anybody can name a client). `parameters` has the name of every parameter, and null instead of a value that is or may be a secret.',
    scopes: ['clients:read'],
    params: oneClient,
    query: z.strictObject({
      ...onePage,
      request_id: requestId.optional(),
      sender: z
        .enum(['known', 'unknown'])
        .optional()
        .meta({ description: '`known` leaves out those of strangers, `unknown` all others' }),
    }),
    data: failureShape,
    list: true,
    async run({ db, params, query }) {
      const { client_id: clientId } = await getClient(db, params.client_id);
      const filter = {
        clientId,
        requestId: query.request_id,
        ...(query.sender && { stranger: query.sender === 'unknown' }),
      };
      const { rows, total } = await pageOfFailedRequests(db, filter, query);
      return { data: (await explainFailures(db, rows)).map(failureDocument), total };
    },
  }),
  operation({
    id: 'errors.list',
    method: 'GET',
    path: '/errors',
    summary: 'Find a failed request by its id, whichever client made it',
    description: 'The id is on the error page, and in the header `X-Request-Id` of every answer.',
    scopes: ['clients:read'],
    query: z.strictObject({ ...onePage, request_id: requestId }),
    data: failureShape,
    list: true,
    async run({ db, query }) {
      const { rows, total } = await pageOfFailedRequests(db, { requestId: query.request_id }, query);
      return { data: (await explainFailures(db, rows)).map(failureDocument), total };
    },
  }),
];

function failureDocument(failure: ExplainedFailure): object {
  const { id, at, request_id, client_id, endpoint, error, description, detail, by, wrong, fix, parameters } = failure;
  return { id, at, request_id, client_id, endpoint, error, description, detail, by, wrong, fix, parameters };
}
