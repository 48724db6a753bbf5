/**
 * The load generator, as a process of its own: what it costs is not counted as the server's. Operations arrive at a constant
 * rate, whether or not earlier ones have been answered, as from people and apps that do not know of each other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClients, type OperationName, type Target } from './clients.ts';
import { createTally, type OpenTally, type Tally } from './tally.ts';

export interface Segment {
  readonly name: string;
  readonly seconds: number;
  readonly mix: readonly Share[];
  /** Operations per second; or callers that each send the next one when the last one is answered. */
  readonly load: { readonly rate: number } | { readonly callers: number };
  /** Refused operations are begun again: after the time that the answer tells, or soon. They come in place of new ones. */
  readonly retry?: 'when told' | 'soon';
}

export interface Share {
  readonly name: OperationName;
  readonly weight: number;
}

export type Order =
  | { readonly do: 'target'; readonly target: Target }
  | { readonly do: 'families'; readonly count: number }
  | { readonly do: 'run'; readonly segments: readonly Segment[] };

export type Report =
  | { readonly done: true; readonly tallies: readonly Tally[]; readonly families: number }
  | { readonly begins: number }
  | { readonly failed: string };

/** How long requests that are still open may take after the last segment. */
const settleMs = 15_000;
/** Concurrent first authorizations while families are prepared. */
const preparing = 6;
/** How long a client waits that does not do what it is told, and how often each begins again. */
const soonMs = 100;
const maxRetries = 8;

let clients: ReturnType<typeof createClients>;

process.once('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  obey(order).then(report, (error: unknown) =>
    report({ failed: String(error instanceof Error ? error.stack : error) }),
  );
});

function report(message: Report): void {
  process.send?.(message);
}

async function obey(order: Order): Promise<Report> {
  let tallies: readonly Tally[] = [];
  if (order.do === 'target') clients = createClients(order.target);
  else if (order.do === 'families') await addFamilies(order.count);
  else tallies = await run(order.segments);
  return { done: true, tallies, families: clients.families() };
}

async function addFamilies(count: number): Promise<void> {
  const tally = createTally(0);
  const work = async () => {
    while (clients.families() < count) await clients.addFamily(tally);
  };
  await Promise.all(Array.from({ length: preparing }, work));
}

async function run(segments: readonly Segment[]): Promise<Tally[]> {
  const open = new Set<Promise<void>>();
  const tallies: OpenTally[] = [];
  for (const [index, segment] of segments.entries()) {
    const tally = createTally(segment.seconds);
    tallies.push(tally);
    report({ begins: index });
    await ('rate' in segment.load
      ? arrive(segment, segment.load.rate, tally, open)
      : repeat(segment, segment.load.callers, tally));
  }
  await Promise.race([Promise.all(open), sleep(settleMs)]);
  return tallies.map((tally) => tally.result());
}

/** Sends each operation when its time has come. */
async function arrive(
  { seconds, mix, retry }: Segment,
  rate: number,
  tally: OpenTally,
  open: Set<Promise<void>>,
): Promise<void> {
  const names = schedule(mix);
  const waiting = createWaiting();
  const startedMs = performance.now();
  const count = Math.floor(rate * seconds);
  for (let sent = 0; sent < count; ) {
    const elapsedMs = performance.now() - startedMs;
    for (; sent < count && (sent / rate) * 1000 <= elapsedMs; sent += 1) {
      const lateMs = performance.now() - startedMs - (sent / rate) * 1000;
      const again = waiting.take();
      if (again) tally.retry();
      const { name, retries } = again ?? { name: names(sent), retries: 0 };
      const operation = clients.perform(name, tally, lateMs).then((retryAfterMs) => {
        if (retry === undefined || retryAfterMs === undefined || retries === maxRetries) return;
        waiting.add({ name, retries: retries + 1 }, retry === 'soon' ? soonMs : retryAfterMs);
      });
      open.add(operation);
      operation.finally(() => open.delete(operation));
    }
    await sleep(1);
  }
}

interface Waiting {
  readonly name: OperationName;
  readonly retries: number;
}

/** Operations that begin again later, the first of them first. */
function createWaiting() {
  const list: (Waiting & { atMs: number })[] = [];
  return {
    add(one: Waiting, afterMs: number): void {
      const atMs = performance.now() + afterMs;
      let place = list.length;
      while (place > 0 && (list[place - 1]?.atMs ?? 0) > atMs) place -= 1;
      list.splice(place, 0, { ...one, atMs });
    },
    /** Returns one whose time has come. */
    take(): Waiting | undefined {
      return (list[0]?.atMs ?? Number.POSITIVE_INFINITY) <= performance.now() ? list.shift() : undefined;
    },
  };
}

async function repeat({ seconds, mix }: Segment, callers: number, tally: OpenTally): Promise<void> {
  const names = schedule(mix);
  const endMs = performance.now() + seconds * 1000;
  let sent = 0;
  const work = async () => {
    while (performance.now() < endMs) {
      sent += 1;
      await clients.perform(names(sent), tally, 0);
    }
  };
  await Promise.all(Array.from({ length: callers }, work));
}

/** The operations in turn, as evenly as their weights allow. */
function schedule(mix: readonly Share[]): (index: number) => OperationName {
  const total = mix.reduce((sum, { weight }) => sum + weight, 0);
  const due = mix.map(({ name, weight }) =>
    Array.from({ length: weight }, (_, n) => ({ name, at: ((n + 0.5) * total) / weight })),
  );
  const order = due.flat().sort((a, b) => a.at - b.at);
  return (index) => order[index % order.length]?.name as OperationName;
}
