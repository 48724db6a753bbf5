/** vcauth statistics: the statistics of the whole installation. */
import { statisticsByDay } from '../policy/statistics.ts';
import { listDailyStatistics, statisticsDays } from '../store/client-statistics.ts';
import { countEverything } from '../store/statistics.ts';
import { command } from './command.ts';
import { dayRows } from './day-rows.ts';

export const statistics = command({
  summary: 'Count clients, people, grants and sessions; tokens and errors by day',
  details: 'Now, and the last 30 days in UTC. What happened in the last ten seconds may be missing.',
  options: {},
  examples: ['statistics', 'statistics --json | jq .grants'],
  async run({ out, here }) {
    const db = await here.database();
    const counted = await countEverything(db);
    const days = statisticsByDay(await listDailyStatistics(db), new Date(), statisticsDays);
    const { clients, accounts, token_revocations: revoked } = counted;
    out.item({ ...counted, days }, [
      ['clients', `${clients.active} active, ${clients.disabled} disabled, ${clients.verified} verified`],
      ['accounts', `${accounts.active} active, ${accounts.suspended} suspended, ${accounts.admins} admins`],
      ['living grants', String(counted.grants)],
      ['sessions', String(counted.sessions)],
      ['revocations', `${revoked.jti} tokens, ${revoked.gid} grants, ${revoked.client_id} clients`],
    ]);
    out.text(dayRows(days));
  },
});
