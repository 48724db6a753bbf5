/** vcauth purge: runs now the clean-up that every server does each minute. */
import { purge } from '../operations/purge.ts';
import { command } from './command.ts';

export const purgeCommand = command({
  summary: 'Delete what has expired, now; servers do so by themselves every minute',
  options: {},
  examples: ['purge'],
  async run({ out, here }) {
    const deleted = await purge(await here.database());
    const rows = Object.entries(deleted ?? {}).map(([table, count]) => [table, String(count)] as const);
    out.item({ deleted: deleted ?? null }, rows);
    if (!deleted) out.note('A server is cleaning up right now, so nothing was done here.');
  },
});
