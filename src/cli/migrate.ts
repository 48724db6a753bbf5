/** vcauth migrate: brings the database up to this version. The server does so too when it starts, unless AUTO_MIGRATE is off. */
import { migrate } from '../store/migrate.ts';
import type { LockMode, PlannedMigration, PlannedTable } from '../store/migration-plan.ts';
import { command } from './command.ts';
import type { Output } from './output.ts';

export const migrateCommand = command({
  summary: 'Bring the database up to this version; safe at any time, and when several do it at once',
  options: {
    plan: {
      type: 'flag',
      doc: 'change nothing; list what each missing migration locks, and how large these tables are here',
    },
    distributed: {
      type: 'flag',
      doc: 'spread the largest table over the workers of a Citus cluster; see docs/scale.md. No server may run meanwhile',
    },
  },
  examples: ['migrate', 'migrate --json', 'migrate --plan', 'migrate --distributed --plan'],
  async run({ options, out, here }) {
    const db = await here.connection();
    if (options.distributed) return (await import('./distribute.ts')).runDistribute(db, out, options.plan === true);
    if (options.plan) {
      const { planMigrations } = await import('../store/migration-plan.ts');
      return print(out, await planMigrations(db));
    }
    const durations: Record<string, number> = {};
    const { applied } = await migrate(db, undefined, undefined, out.note, (name, ms) => {
      durations[name] = Math.round(ms);
    });
    out.item(
      { applied, durations_ms: durations },
      applied.map((name) => ['applied', `${name} (${((durations[name] ?? 0) / 1_000).toFixed(2)} s)`]),
    );
    if (applied.length === 0) out.note('The database is up to date.');
  },
});

/** The sessions that wait while the lock is held. */
const waiting: Readonly<Record<LockMode, string>> = {
  'ROW EXCLUSIVE': 'writes rows; nobody waits, except for the same rows',
  'SHARE UPDATE EXCLUSIVE': 'beside readers and writers; it waits for transactions that run',
  SHARE: 'writers wait while it runs',
  'SHARE ROW EXCLUSIVE': 'writers wait for a moment',
  'ACCESS EXCLUSIVE': 'readers and writers wait for a moment',
};

const how = {
  transaction: 'in one transaction, which waits for a lock for 1.5 s at a time and lets others pass',
  beside_writers: 'statement by statement, beside writers; repeated if it is interrupted',
} as const;

function print(out: Output, plan: readonly PlannedMigration[]): void {
  const rows = plan.flatMap((step): [string, string][] => [
    [step.name, how[step.how]],
    ...step.locks.map((lock): [string, string] => [`  ${lock.table}`, describe(lock)]),
  ]);
  out.item({ pending: plan }, rows);
  if (plan.length === 0) out.note('The database is up to date.');
}

function describe({ mode, rows, bytes }: PlannedTable): string {
  const counted = rows === null ? 'rows not counted yet' : `about ${Math.round(rows).toLocaleString('en')} rows`;
  return `${mode}: ${waiting[mode]} (${counted}, ${(bytes / 1024 ** 2).toFixed(1)} MB)`;
}
