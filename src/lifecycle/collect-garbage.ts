/**
 * A start leaves garbage, and a young generation that grew for it. An idle process allocates too little for V8 to collect
 * them, so it would keep some 20 MB for hours. One full collection, soon after the start, takes about 50 ms.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const delayMs = 3_000;

type Collect = (options: { type: 'major'; flavor: 'last-resort'; execution: 'sync' }) => void;

export function collectGarbageSoon(): void {
  setTimeout(collectGarbage, delayMs).unref();
}

/** A new context has V8's function, which Node hides without a flag at its start. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', flavor: 'last-resort', execution: 'sync' });
}
