/** vcauth migrate --distributed: spreads tables over the workers of a Citus cluster, or says what that would do. */
import type { Database } from '../store/database.ts';
import { distribute, planDistribution } from '../store/distribute.ts';
import type { Output } from './output.ts';

/** @param isPlan whether it only says what it would do */
export async function runDistribute(db: Database, out: Output, isPlan: boolean): Promise<void> {
  const plan = await planDistribution(db);
  const { citus, workers, shards } = plan;
  if (isPlan) {
    const rows = plan.tables.map((one): [string, string] => [one.table, describe(one, shards)]);
    out.item(plan, [['citus', `${citus}, ${workers} databases with shards`], ...rows]);
    return;
  }
  const result = await distribute(db);
  out.item(
    result,
    result.distributed.map((table) => ['distributed', table]),
  );
  if (result.distributed.length === 0) out.note('Every table is distributed already.');
}

function describe(
  { column, rows, bytes, done }: { column: string; rows: number | null; bytes: number; done: boolean },
  shards: number,
): string {
  if (done) return `distributed by ${column} already`;
  const counted = rows === null ? 'rows not counted yet' : `about ${Math.round(rows).toLocaleString('en')} rows`;
  return `to ${shards} shards by ${column}; nobody reads or writes it meanwhile (${counted}, ${(bytes / 1024 ** 2).toFixed(1)} MB)`;
}
