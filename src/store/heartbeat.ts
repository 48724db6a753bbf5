/** The state of the database as this node sees it, from a write every two seconds. Reading the state costs no statement. */
import type { Db } from './database.ts';
import { type Ping, pingDatabase } from './ping.ts';

export interface Heartbeat {
  /** The result of the last heartbeat. */
  state(): Ping;
  /**
   * False if the clock of this process was set since it agreed with the database's: by a time server, or after a pause of a virtual
   * machine. The next heartbeat tells whether it is right now. A clock of the database that was set does not matter here.
   */
  trustsClock(): boolean;
  stop(): void;
}

const intervalMs = 2_000;
/** A clock that differs by more is wrong: no answer takes so long. */
const maxDifferenceMs = 5_000;

/**
 * Resolves after the first heartbeat. `onClock` is called when the clocks of this process and the database begin to differ by
 * more than five seconds, and when they agree again.
 */
export async function startHeartbeat(
  db: Db,
  onClock: (aheadSeconds: number, agrees: boolean) => void,
): Promise<Heartbeat> {
  let agreed = true;
  /** What the clock was ahead of the monotonic one, and of the database's, when it was last trusted; undefined at first. */
  let trusted: { readonly monotonicMs: number; readonly databaseSeconds: number } | undefined;
  const trustsClock = () =>
    trusted === undefined || Math.abs(aheadOfMonotonicMs() - trusted.monotonicMs) <= maxDifferenceMs;
  const ping = async () => {
    const result = await pingDatabase(db);
    const { aheadSeconds } = result;
    if (aheadSeconds === undefined) return result;
    const agrees = isNear(aheadSeconds, 0);
    // After a step it is right if it agrees, or differs from a database with a wrong clock as it did before.
    if (agrees || trustsClock() || (trusted && isNear(aheadSeconds, trusted.databaseSeconds))) {
      trusted = { monotonicMs: aheadOfMonotonicMs(), databaseSeconds: aheadSeconds };
    }
    if (agrees !== agreed) onClock(aheadSeconds, agrees);
    agreed = agrees;
    return result;
  };
  let state = await ping();
  let pinging = false;
  const timer = setInterval(async () => {
    if (pinging) return;
    pinging = true;
    state = await ping();
    pinging = false;
  }, intervalMs).unref();
  return {
    state: () => state,
    trustsClock,
    stop: () => clearInterval(timer),
  };
}

const isNear = (seconds: number, others: number): boolean => Math.abs(seconds - others) * 1000 <= maxDifferenceMs;

/** Changes only if somebody sets the clock. */
const aheadOfMonotonicMs = (): number => Date.now() - performance.now();
