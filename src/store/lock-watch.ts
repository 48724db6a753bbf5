/** Reports which sessions hold a lock that our connections wait for, so that the operator knows what blocks a start or a command. */
import { newClient, sharesSessions } from './connection.ts';

/** Shorter waits are not reported. */
const firstCheckMs = 2_000;
const checkIntervalMs = 2_000;

interface Holder {
  readonly pid: number;
  readonly application_name: string | null;
  readonly client: string | null;
  /** Null, like client and state, if our role may not see sessions of the other role. */
  readonly since: Date | null;
  readonly state: string | null;
}

// Covers every kind of lock: advisory, row and table. Locks of our own connections are left out, this one included: they are
// released soon. An index that is built concurrently waits for this statement, as for every other one.
const holders = `SELECT pid, application_name, host(client_addr) AS client, coalesce(xact_start, backend_start) AS since, state
  FROM pg_stat_activity
  WHERE pid IN (SELECT unnest(pg_blocking_pids(waiting)) FROM unnest($1::integer[]) AS waiting)
    AND pid <> ALL ($1 || pg_backend_pid())
  ORDER BY pid`;

/**
 * Watches connections, with a connection of its own, until the returned function is called. If the lookup fails, nothing
 * is reported; the wait itself is not affected.
 * @param processIds returns the server processes of the connections that may wait; called at each check
 */
export function watchLocks(url: string, processIds: () => number[], onLog: (line: string) => void): () => void {
  // A pooler tells ids of its own, and not those of the server processes.
  if (sharesSessions(url)) return () => {};
  let timer = setTimeout(check, firstCheckMs).unref();
  let stopped = false;
  let reported = '';

  async function check(): Promise<void> {
    const pids = processIds();
    const line = pids.length === 0 ? undefined : await blockedBy(url, pids).catch(() => undefined);
    if (stopped) return;
    if (line && line !== reported) onLog(line);
    reported = line ?? reported;
    timer = setTimeout(check, checkIntervalMs).unref();
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
      : `Waiting for a lock in the database that is held by ${rows.map(describe).join('; ')}`;
  } finally {
    await client.end().catch(() => {});
  }
}

function describe({ pid, application_name: name, client, since, state }: Holder): string {
  const holder = name ? `“${name}”` : 'without a name';
  const seen = since
    ? `${state ?? 'state unknown'}, its transaction or connection began ${since.toISOString()}`
    : 'of another role; pg_read_all_stats would allow this role to see more';
  return `process ${pid} (${holder}${client ? `, from ${client}` : ''}, ${seen})`;
}
