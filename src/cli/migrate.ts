/** vcauth migrate: brings the database up to this version. The server does so too when it starts. */
import { migrate } from '../store/migrate.ts';
import { command } from './command.ts';

export const migrateCommand = command({
  summary: 'Bring the database up to this version; safe at any time, and when several do it at once',
  options: {},
  examples: ['migrate', 'migrate --json'],
  async run({ out, here }) {
    const { applied } = await migrate(await here.connection(), undefined, undefined, out.note);
    out.item(
      { applied },
      applied.map((name) => ['applied', name]),
    );
    if (applied.length === 0) out.note('The database is up to date.');
  },
});
