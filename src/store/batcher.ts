/**
 * Group commit: while a batch is on its way, statements that arrive wait, and the next batch takes all of them. Nobody waits
 * longer for company than the event loop is busy: a batch is sent after the first turn in which no statement came. So batches
 * grow with the load, and each costs one write to a socket and one flush to disk.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type pg from 'pg';
import { type Member, runBatch } from './batch.ts';
import { type BatchCaller, batchCaller } from './pool-shares.ts';
import { batchLimits, maxBatchMs, requestTimeouts } from './timeouts.ts';
import { isRolledBack } from './unavailable.ts';

/** Whether the statements of a batch only read, or end with a commit. */
export type BatchKind = 'read' | 'write';

/** Is told of each batch, and of the error for which it was not committed. */
export type BatchListener = (kind: BatchKind, size: number, failure: (Error & { code?: string }) | undefined) => void;

/** Bounds how long a row that a statement has changed is locked for the statements after it. */
const maxBatchSize = 200;

/**
 * However slow the last batch was, the next one takes this many, if they wait. Each has a second (`batchLimits`), so all end before the driver
 * gives up, and if it is the commit that is slow, they share one.
 */
const leastBatchSize = 6;

/** A batch waits for no more turns of the event loop. In each, up to four requests begin (web/http/turns). */
const maxTurns = 8;

/** A lock was not free within lock_timeout; the statement took longer than statement_timeout. */
const blockedStates = new Set(['55P03', '57014']);

/** Turned off for comparison only: by the benchmark, and by tests of what must be the same either way. */
export const groupCommit = { isOn: true };

interface Waiting extends Member {
  readonly caller: BatchCaller;
  readonly since: number;
  /** The statement has done nothing and must run alone. */
  readonly leave: () => void;
  /** The statement took so long, or waited so long for a lock, that its batch was given up. */
  readonly noteBlocked: () => void;
}

/** Sends one batch after the other, on one connection. */
export class Batcher {
  readonly #kind: BatchKind;
  readonly #connect: () => Promise<pg.PoolClient>;
  readonly #onBatch: BatchListener;
  #waiting: Waiting[] = [];
  #isWorking = false;
  /** How many statements the next batch takes at most, so that it ends within `maxBatchMs` if they are as slow as those before. */
  #size = maxBatchSize;
  /** Begin of what others wait for now: a batch, or its connection. */
  #busySince = 0;

  /** @param connect returns a connection with the limits for batches. Nobody else should be waiting for it */
  constructor(kind: BatchKind, connect: () => Promise<pg.PoolClient>, onBatch: BatchListener) {
    this.#kind = kind;
    this.#connect = connect;
    this.#onBatch = onBatch;
  }

  /**
   * Runs a statement that may run twice before anybody is answered. Returns undefined if it has done nothing and must run
   * alone: there it gets an error of its own, and may wait longer. Calls `noteBlocked` before that if it has held up its batch.
   */
  run(config: Member['config'], noteBlocked: () => void): Promise<pg.QueryResult | undefined> {
    const since = performance.now();
    if (this.#isWorking && since - this.#busySince > batchLimits.waitMs) return Promise.resolve(undefined);
    const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult | undefined>();
    const leave = () => resolve(undefined);
    const caller = batchCaller(this.#kind === 'write');
    this.#waiting.push({ config, resolve, reject, leave, noteBlocked, caller, since });
    if (!this.#isWorking) this.#work();
    return promise;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#waiting.length > 0) await this.#sendAll();
    this.#isWorking = false;
  }

  /** Sends batches on one connection, until nothing waits or the connection must not be used again. */
  async #sendAll(): Promise<void> {
    let client: pg.PoolClient;
    try {
      client = await this.#watched(this.#connect);
    } catch {
      // Each tries another connection, and gets the error of that.
      this.#leaveAll();
      return;
    }
    let broken: Error | undefined;
    while (this.#waiting.length > 0 && !broken) broken = await this.#watched(() => this.#sendNext(client));
    client.release(broken);
  }

  /** Returns an error if the connection must not be used again. */
  async #sendNext(client: pg.PoolClient): Promise<Error | undefined> {
    await this.#gather();
    this.#leaveLate();
    const batch = this.#waiting.splice(0, this.#size).filter(begins);
    return batch.length > 0 ? this.#send(client, batch) : undefined;
  }

  /** Waits for as long as each turn of the event loop brings a statement. An idle process has its next turn at once. */
  async #gather(): Promise<void> {
    for (let turns = 0, before = 0; turns < maxTurns && this.#waiting.length > before; turns += 1) {
      before = this.#waiting.length;
      await turn();
    }
  }

  /** While `work` takes too long, statements leave instead of waiting for it. */
  async #watched<T>(work: () => Promise<T>): Promise<T> {
    this.#busySince = performance.now();
    const timer = setTimeout(() => this.#leaveAll(), batchLimits.waitMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.#busySince = performance.now();
    }
  }

  /** Statements that have waited too long, though through several short batches, leave too. */
  #leaveLate(): void {
    const now = performance.now();
    const late = this.#waiting.findLastIndex(({ since }) => now - since > batchLimits.waitMs);
    for (const { leave } of this.#waiting.splice(0, late + 1)) leave();
  }

  #leaveAll(): void {
    for (const { leave } of this.#waiting.splice(0)) leave();
  }

  /** One slow statement says nothing of others, and a batch that was not full nothing of larger ones. */
  #learn(size: number, ms: number): void {
    if (ms > maxBatchMs && size > 1) this.#size = Math.max(leastBatchSize, Math.floor((size * maxBatchMs) / ms));
    else if (ms <= maxBatchMs && size >= this.#size) this.#size = Math.min(maxBatchSize, size * 2);
  }

  /** Returns an error if the connection must not be used again. */
  async #send(client: pg.PoolClient, batch: readonly Waiting[]): Promise<Error | undefined> {
    const started = performance.now();
    const outcome = await runBatch(client, batch);
    const ms = performance.now() - started;
    this.#learn(batch.length, ms);
    if (outcome === 'committed') {
      this.#onBatch(this.#kind, batch.length, undefined);
      return undefined;
    }
    const { as, error, failed } = outcome;
    this.#onBatch(this.#kind, batch.length, error);
    if (blockedStates.has((error as { code?: string }).code ?? '')) batch.find((one) => one === failed)?.noteBlocked();
    // A read that was lost has done nothing, and has time for one more try unless the driver gave up.
    const mustEnd = as === 'unknown' && (this.#kind === 'write' || ms > requestTimeouts.retryWithinMs);
    for (const { caller, leave, reject } of batch) {
      if (mustEnd) reject(error);
      else {
        caller.rolledBack();
        leave();
      }
    }
    // As the pool does it: a connection on which a statement failed is not used again, unless the failure passes.
    return as === 'rolledBack' && isRolledBack(error) ? undefined : error;
  }
}

/** Drops a statement whose caller has gone. */
function begins({ caller, reject }: Waiting): boolean {
  try {
    caller.begin();
    return true;
  } catch (error) {
    reject(error as Error);
    return false;
  }
}
