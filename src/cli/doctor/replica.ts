/** Checks the replica for reads: whether it is one of this database, and how far it is behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, openDatabase } from '../../store/database.ts';
import { lookAtReplica, markPrimary, maxBehindMs, positionOf } from '../../store/replica.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, problem } = findingsOf('replica');
const pauseMs = 100;
const meanwhile = 'Until then the primary answers everything';

/** Without `url` there is nothing to find. */
export async function checkReplica(primary: Database, url: string | undefined): Promise<Finding[]> {
  if (url === undefined) return [];
  const replica = openDatabase({ url, poolSize: 1 });
  try {
    return [await compare(primary, replica)];
  } catch (error) {
    return [warning(`It can’t be read (${(error as Error).message}): correct DATABASE_REPLICA_URL. ${meanwhile}.`)];
  } finally {
    await replica.close();
  }
}

async function compare(primary: Database, replica: Database): Promise<Finding> {
  const { position, feed } = await markPrimary(primary);
  const began = performance.now();
  for (;;) {
    const seen = await lookAtReplica(replica);
    const behindMs = performance.now() - began;
    if (!seen.standby)
      return problem(`It takes writes, so it is not a replica. Correct DATABASE_REPLICA_URL. ${meanwhile}.`);
    const reached = position !== null && seen.position !== null && positionOf(seen.position) >= positionOf(position);
    if (reached && seen.feed !== feed)
      return problem(`It is a replica of another database: correct DATABASE_REPLICA_URL. ${meanwhile}.`);
    if (reached) return ok(`It follows the primary within ${Math.max(behindMs / 1000, 0.1).toFixed(1)} s.`);
    if (seen.paused) return warning(`Its replay is paused. Run SELECT pg_wal_replay_resume() there. ${meanwhile}.`);
    if (behindMs > maxBehindMs) {
      return warning(
        `It is more than ${maxBehindMs / 1000} s behind: look for long queries on it, and at its disk and network. ${meanwhile}.`,
      );
    }
    await sleep(pauseMs);
  }
}
