/** Says who holds a lock that one of our connections waits for, so that whoever starts a server knows whom to ask. */
import { newClient } from './connection.ts';

/** Nobody is told of a shorter wait. Milliseconds. */
const firstLookMs = 2_000;
const nextLookMs = 10_000;

interface Holder {
  readonly pid: number;
  readonly application_name: string;
  readonly client: string | null;
  readonly since: Date;
  readonly state: string | null;
}

// For any kind of lock: advisory ones, rows and tables.
const holders = `SELECT pid, application_name, host(client_addr) AS client, coalesce(xact_start, backend_start) AS since, state
  FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY pid`;

/**
 * Watches a connection until the returned function is called, by a connection of its own. What can't be looked up is not
 * told: the wait itself goes on and fails, or succeeds, by itself.
 * @param pid of the server process of the connection that may wait
 */
export function watchLocks(url: string, pid: number, onLog: (line: string) => void): () => void {
  let timer = setTimeout(look, firstLookMs);
  let stopped = false;
  let told = '';

  async function look(): Promise<void> {
    const line = await blockedBy(url, pid).catch(() => undefined);
    if (stopped) return;
    if (line && line !== told) onLog(line);
    told = line ?? told;
    timer = setTimeout(look, nextLookMs);
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function blockedBy(url: string, pid: number): Promise<string | undefined> {
  const client = newClient(url, { application_name: 'vibecaas-auth lock watch' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Holder>(holders, [pid]);
    return rows.length === 0
      ? undefined
      : `Waiting for a lock in the database that is held by ${rows.map(say).join('; ')}`;
  } finally {
    await client.end().catch(() => {});
  }
}

function say({ pid, application_name: name, client, since, state }: Holder): string {
  const who = name === '' ? 'without a name' : `“${name}”`;
  return `process ${pid} (${who}${client ? `, from ${client}` : ''}, ${state ?? 'state unknown'}, its transaction or connection began ${since.toISOString()})`;
}
