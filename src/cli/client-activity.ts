/** vcauth clients insight and errors: how an app does, and why its requests failed. */
import { type ExplainedFailure, explainFailures } from '../operations/failures.ts';
import { statisticsByDay, totalsOf } from '../policy/statistics.ts';
import { listUsageOfClient } from '../store/app-usage.ts';
import { countLivingGrants, countPeople } from '../store/client-search.ts';
import { findLastUse, listDailyStatistics, statisticsDays } from '../store/client-statistics.ts';
import { getClient } from '../store/clients.ts';
import { listFailedRequests } from '../store/failed-requests.ts';
import { callTotals } from './call-rows.ts';
import { command } from './command.ts';
import { dayRows } from './day-rows.ts';
import { time } from './output.ts';
import { limitOption, paged } from './paged.ts';
import { UsageError } from './usage-error.ts';

export const clientActivity = command({
  summary: 'Show how an app does: people, last use, tokens, errors and calls by day',
  details:
    'The last 30 days, in UTC. What happened in the last ten seconds may be missing, and calls of the last minute, which\n' +
    'gateways count.',
  argument: { name: 'client_id' },
  options: {},
  examples: ['clients insight demo-app', 'clients insight demo-app --json | jq ".days[-1]"'],
  async run({ argument, out, here }) {
    const db = await here.database();
    const { client_id: id } = await getClient(db, argument);
    const [people, grants] = [await countPeople(db, id), await countLivingGrants(db, id)];
    const lastUse = (await findLastUse(db, id)) ?? null;
    const days = statisticsByDay(await listDailyStatistics(db, id), new Date(), statisticsDays);
    const { tokens, errors, strangers, reuses } = totalsOf(days);
    const calls = await listUsageOfClient(db, id);
    out.item({ client_id: id, people, grants, last_used_at: lastUse, days, calls }, [
      ['client_id', id],
      ['people', String(people)],
      ['living grants', String(grants)],
      ['last used', time(lastUse)],
      ['tokens', String(tokens)],
      ['failed requests', String(errors)],
      ['sender unknown', String(strangers)],
      ['refresh token reuses', String(reuses)],
      ...callTotals(calls),
    ]);
    out.text(dayRows(days));
  },
});

export const errors = command({
  summary: 'Show why the last requests of an app failed, and what to fix',
  details:
    'With --request-id alone: whichever app made that request, or none, as in a refused registration. Kept 14 days: the last 200 of the app and its people,\n' +
    'and 100 of strangers, who only named the app.',
  argument: { name: 'client_id', optional: true },
  options: {
    'request-id': { type: 'text', value: 'ID', doc: 'this request: the id on the error page and in X-Request-Id' },
    ...limitOption,
  },
  examples: [
    'clients errors demo-app',
    'clients errors --request-id req_…',
    'clients errors demo-app --json --limit 1',
  ],
  async run({ argument, options, out, here }) {
    const requestId = options['request-id'];
    if (argument === '' && requestId === undefined) throw new UsageError('Name a client_id, or --request-id.');
    const db = await here.database();
    const clientId = argument === '' ? undefined : (await getClient(db, argument)).client_id;
    await out.list(
      paged(
        async (page) => explainFailures(db, await listFailedRequests(db, { clientId, requestId }, page)),
        ({ id }) => id,
        options.limit,
      ),
      {
        document: ({ id: _, stranger: __, caller: ___, ...failure }: ExplainedFailure) => failure,
        columns: {
          at: ({ at }) => time(at),
          client_id: ({ client_id }) => client_id ?? '',
          endpoint: ({ endpoint }) => endpoint,
          error: ({ error }) => error,
          by: ({ by }) => by,
          request_id: ({ request_id }) => request_id,
          wrong: ({ wrong }) => wrong.replaceAll('`', ''),
          fix: ({ fix }) => fix.replaceAll('`', ''),
        },
        empty: requestId ? 'No failed request has this id.' : 'No request of it has failed in the last 14 days.',
      },
    );
  },
});
