/** The state of the database as this node sees it, from a write every two seconds. Reading the state costs no statement. */
import type { Db } from './database.ts';
import { type Ping, pingDatabase } from './ping.ts';

export interface Heartbeat {
  /** The result of the last heartbeat. */
  state(): Ping;
  stop(): void;
}

const intervalMs = 2_000;

/** Resolves after the first heartbeat. */
export async function startHeartbeat(db: Db): Promise<Heartbeat> {
  let state = await pingDatabase(db);
  let pinging = false;
  const timer = setInterval(async () => {
    if (pinging) return;
    pinging = true;
    state = await pingDatabase(db);
    pinging = false;
  }, intervalMs).unref();
  return { state: () => state, stop: () => clearInterval(timer) };
}
