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

/** Milliseconds. */
const pause = { look: 250, shortest: 250, longest: 10_000, gate: 120_000 };

/** Returns stop(), which may be called again. */
export function supervise({ home, postmaster, use, settings, onLog }: Watch): () => Promise<void> {
  const { port } = postmaster;
  let { pid } = postmaster;
  let stopped: Promise<void> | undefined;
  let backoff = pause.shortest;
  let timer = setTimeout(look, pause.look).unref();

  async function look(): Promise<void> {
    let next = pause.look;
    if (!isPostmaster(pid, home.data)) {
      try {
        await revive();
        backoff = pause.shortest;
      } catch (error) {
        onLog(`${(error as Error).message}; trying again`);
        next = backoff;
        backoff = Math.min(backoff * 2, pause.longest);
      }
    }
    if (!stopped) timer = setTimeout(look, next).unref();
  }

  async function revive(): Promise<void> {
    const gate = await takeLock(home.room.gate, 'exclusive', pause.gate);
    try {
      if (stopped) return;
      const found = await findPostmaster(home.data);
      if (!found) onLog('The embedded database has ended; starting it again …');
      pid = (found ?? (await spawnPostmaster(home, port, settings))).pid;
    } finally {
      gate.release();
    }
  }

  async function stop(): Promise<void> {
    clearTimeout(timer);
    const gate = await takeLock(home.room.gate, 'exclusive', pause.gate);
    process.off('exit', onExit);
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

  /** Whoever ends without stop() leaves no server behind either; there is no time to wait for it. */
  function onExit(): void {
    use.release();
    if (tryLock(home.room.users, 'exclusive')) signalPostmaster(pid, home.data, 'SIGINT');
  }

  process.on('exit', onExit);
  return () => {
    stopped ??= stop();
    return stopped;
  };
}
