/** Watches over a running embedded PostgreSQL until stop(): starts it again when it dies, stops it when we are the last. */
import type { Home } from './home.ts';
import { type Lock, takeLock, tryLock } from './locks.ts';
import { findPostmaster, isPostmaster, type Postmaster, signalPostmaster, stopPostmaster } from './process.ts';
import { spawnPostmaster } from './start.ts';

interface Watch {
  readonly home: Home;
  readonly postmaster: Postmaster;
  /** Our share of the lock that says who uses it; released by stop(). */
  readonly use: Lock;
  readonly settings: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
}

const lookMs = 250;
const backoffMs = { shortest: 250, longest: 10_000 };
const maxGateWaitMs = 120_000;

/** Returns stop(), which may be called again. */
export function supervise(watch: Watch): () => Promise<void> {
  const { home, use, onLog } = watch;
  let { pid } = watch.postmaster;
  let stopped: Promise<void> | undefined;
  let pauseMs = backoffMs.shortest;
  let timer = setTimeout(look, lookMs).unref();

  async function look(): Promise<void> {
    let nextMs = lookMs;
    if (!isPostmaster(pid, home.data)) {
      try {
        pid = (await revive(watch, () => stopped !== undefined)) ?? pid;
        pauseMs = backoffMs.shortest;
      } catch (error) {
        onLog(`${(error as Error).message}; trying again`);
        nextMs = pauseMs;
        pauseMs = Math.min(pauseMs * 2, backoffMs.longest);
      }
    }
    if (!stopped) timer = setTimeout(look, nextMs).unref();
  }

  /** Whoever ends without stop() leaves no server behind either; there is no time to wait for it. */
  function onExit(): void {
    use.release();
    if (tryLock(home.room.users, 'exclusive')) signalPostmaster(pid, home.data, 'SIGINT');
  }

  process.on('exit', onExit);
  return () => {
    clearTimeout(timer);
    stopped ??= stopIfAlone(watch, () => process.off('exit', onExit));
    return stopped;
  };
}

/** The process that serves now; undefined if `unwanted` by the time that it is our turn. */
async function revive({ home, postmaster, settings, onLog }: Watch, unwanted: () => boolean) {
  const gate = await takeLock(home.room.gate, 'exclusive', maxGateWaitMs);
  try {
    if (unwanted()) return undefined;
    const found = await findPostmaster(home.data);
    if (!found) onLog('The embedded database has ended; starting it again …');
    return (found ?? (await spawnPostmaster(home, postmaster.port, settings))).pid;
  } finally {
    gate.release();
  }
}

/** `onTurn` is called once nobody else starts or stops it. */
async function stopIfAlone({ home, use }: Watch, onTurn: () => void): Promise<void> {
  const gate = await takeLock(home.room.gate, 'exclusive', maxGateWaitMs);
  onTurn();
  use.release();
  const alone = tryLock(home.room.users, 'exclusive');
  try {
    const found = alone && (await findPostmaster(home.data));
    if (found) await stopPostmaster(home.data, found);
  } finally {
    alone?.release();
    gate.release();
  }
}
