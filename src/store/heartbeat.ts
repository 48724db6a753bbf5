/** What this node knows of its database, kept by a write each second. Asking costs nothing. */
import type { Db } from './database.ts';
import { type Ping, pingDatabase } from './ping.ts';

export interface Heartbeat {
  /** The result of the last beat. */
  state(): Ping;
  stop(): void;
}

const intervalMs = 1_000;

/** Resolves after the first beat. */
export async function startHeartbeat(db: Db): Promise<Heartbeat> {
  let state = await pingDatabase(db);
  let beating = false;
  const timer = setInterval(async () => {
    if (beating) return;
    beating = true;
    state = await pingDatabase(db);
    beating = false;
  }, intervalMs).unref();
  return { state: () => state, stop: () => clearInterval(timer) };
}
