/** Supervises a running embedded PostgreSQL until stop(): restarts it after a crash, and stops it if we are its last user. */
import type { Home } from './home.ts';
import { type Lock, takeLock, tryLock } from './locks.ts';
import { findPostmaster, isPostmaster, type Postmaster, signalPostmaster, stopPostmaster } from './process.ts';
import { type ServerTuning, spawnPostmaster } from './start.ts';

interface Watch {
  readonly home: Home;
  readonly postmaster: Postmaster;
  /** Our shared lock as a user of the server; stop() releases it. */
  readonly use: Lock;
  readonly tuning: ServerTuning;
  readonly onLog: (line: string) => void;
}

const checkIntervalMs = 500;
const backoffMs = { min: 250, max: 10_000 };
const gateTimeoutMs = 120_000;

/** Returns stop(), which may be called more than once. */
export function supervise(watch: Watch): () => Promise<void> {
  const { home, use, onLog } = watch;
  let { pid } = watch.postmaster;
  let stopped: Promise<void> | undefined;
  let retryMs = backoffMs.min;
  let timer = setTimeout(check, checkIntervalMs).unref();

  async function check(): Promise<void> {
    let delayMs = checkIntervalMs;
    if (!isPostmaster(pid, home.data)) {
      try {
        pid = (await restart(watch, () => stopped !== undefined)) ?? pid;
        retryMs = backoffMs.min;
      } catch (error) {
        onLog(`${(error as Error).message}; trying again`);
        delayMs = retryMs;
        retryMs = Math.min(retryMs * 2, backoffMs.max);
      }
    }
    if (!stopped) timer = setTimeout(check, delayMs).unref();
  }

  /** A process that exits without stop() must not leave the server running. There is no time to wait for its end. */
  function onExit(): void {
    use.release();
    if (tryLock(home.paths.users, 'exclusive')) signalPostmaster(pid, home.data, 'SIGINT');
  }

  process.on('exit', onExit);
  return () => {
    clearTimeout(timer);
    stopped ??= stopIfAlone(watch, () => process.off('exit', onExit));
    return stopped;
  };
}

/** Restarts the server under the gate and returns its process id; undefined if it was stopped meanwhile. */
async function restart({ home, postmaster, tuning, onLog }: Watch, isStopped: () => boolean) {
  const gate = await takeLock(home.paths.gate, 'exclusive', gateTimeoutMs);
  try {
    if (isStopped()) return undefined;
    const found = await findPostmaster(home.data);
    if (!found) onLog('The embedded database has ended; starting it again …');
    return (found ?? (await spawnPostmaster(home, postmaster.port, tuning))).pid;
  } finally {
    gate.release();
  }
}

/** Stops the server unless another process uses it. `onGate` is called when we hold the gate. */
async function stopIfAlone({ home, use }: Watch, onGate: () => void): Promise<void> {
  const gate = await takeLock(home.paths.gate, 'exclusive', gateTimeoutMs);
  onGate();
  use.release();
  const alone = tryLock(home.paths.users, 'exclusive');
  try {
    const found = alone && (await findPostmaster(home.data));
    if (found) await stopPostmaster(home.data, found);
  } finally {
    alone?.release();
    gate.release();
  }
}
