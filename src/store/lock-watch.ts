/** Says who holds a lock that connections of ours wait for, so that whoever runs a server or a command knows whom to ask. */
import { newClient } from './connection.ts';

/** Nobody is told of a shorter wait. Milliseconds. */
const firstLookMs = 2_000;
const nextLookMs = 2_000;

interface Holder {
  readonly pid: number;
  readonly application_name: string | null;
  readonly client: string | null;
  /** Null, like client and state, where our role may not see what another role does. */
  readonly since: Date | null;
  readonly state: string | null;
}

// For any kind of lock: advisory ones, rows and tables. What our own connections hold, they will give back by themselves.
const holders = `SELECT pid, application_name, host(client_addr) AS client, coalesce(xact_start, backend_start) AS since, state
  FROM pg_stat_activity
  WHERE pid IN (SELECT unnest(pg_blocking_pids(waiting)) FROM unnest($1::integer[]) AS waiting) AND pid <> ALL ($1)
  ORDER BY pid`;

/**
 * Watches connections until the returned function is called, by a connection of its own. What can't be looked up is not
 * told: the wait itself goes on and fails, or succeeds, by itself.
 * @param processIds of the server processes of the connections that may wait, asked at each look
 */
export function watchLocks(url: string, processIds: () => number[], onLog: (line: string) => void): () => void {
  let timer = setTimeout(look, firstLookMs).unref();
  let stopped = false;
  let told = '';

  async function look(): Promise<void> {
    const pids = processIds();
    const line = pids.length === 0 ? undefined : await blockedBy(url, pids).catch(() => undefined);
    if (stopped) return;
    if (line && line !== told) onLog(line);
    told = line ?? told;
    timer = setTimeout(look, nextLookMs).unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function blockedBy(url: string, pids: number[]): Promise<string | undefined> {
  const client = newClient(url, { application_name: 'vibecaas-auth lock watch' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Holder>(holders, [pids]);
    return rows.length === 0
      ? undefined
      : `Waiting for a lock in the database that is held by ${rows.map(say).join('; ')}`;
  } finally {
    await client.end().catch(() => {});
  }
}

function say({ pid, application_name: name, client, since, state }: Holder): string {
  const who = name ? `“${name}”` : 'without a name';
  const seen = since
    ? `${state ?? 'state unknown'}, its transaction or connection began ${since.toISOString()}`
    : 'of another role, which this one may not look at: pg_read_all_stats would allow it';
  return `process ${pid} (${who}${client ? `, from ${client}` : ''}, ${seen})`;
}
