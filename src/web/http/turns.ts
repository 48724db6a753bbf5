/**
 * Lets requests begin a few at a time, one turn of the event loop after the other. Between two turns Node reads from all
 * connections, and accepts new ones, one for each listening socket (lifecycle/accepting.ts). If all requests that have arrived began in
 * the same turn, hundreds of new connections, health checks among them, would wait for seconds.
 *
 * A request waits for two turns at least. If it waited in the kernel because the process had no time, its client may have hung up
 * since, and may have sent it again: it must not be done late. Node reads the end of a connection one turn after the data
 * before it.
 */
const atOnce = 4;

/** Returns a function whose promise resolves when a request may begin. */
export function createTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let isScheduled = false;
  const turn = () => {
    for (const begin of waiting.splice(0, atOnce)) begin();
    isScheduled = waiting.length > 0;
    if (isScheduled) setImmediate(turn);
  };
  return () =>
    new Promise((resolve) => {
      setImmediate(() => {
        waiting.push(resolve);
        if (isScheduled) return;
        isScheduled = true;
        setImmediate(turn);
      });
    });
}
