/** Recognises a pooler in transaction mode (PgBouncer and others), on which settings, notifications and prepared statements are lost. */
import type pg from 'pg';
import { newClient } from './connection.ts';
import { processIdOf } from './database.ts';
import { connectTimeoutMs } from './timeouts.ts';

const rounds = 3;

/**
 * Reports whether transactions of different connections run in one server process. Costs one statement where there is no
 * pooler: PostgreSQL tells each client the id of its process, and a pooler another id.
 */
export async function sharesSessions(client: pg.Client, url: string): Promise<boolean> {
  if ((await serverProcess(client)) === processIdOf(client)) return false;
  const other = newClient(url, { connectionTimeoutMillis: connectTimeoutMs });
  other.on('error', () => {});
  try {
    await other.connect();
    const seen = { mine: new Set<number>(), others: new Set<number>() };
    for (let round = 0; round < rounds; round += 1) {
      seen.mine.add(await serverProcess(client));
      seen.others.add(await serverProcess(other));
    }
    return seen.mine.size > 1 || !seen.mine.isDisjointFrom(seen.others);
  } finally {
    await other.end();
  }
}

async function serverProcess(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid as number;
}
