/**
 * Shares the connections of the pool among kinds of work, and drops work whose caller has gone before it was its turn. Only
 * this file knows on whose behalf a statement runs.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import { AppError } from '../errors.ts';
import { mayTake } from '../policy/connection-shares.ts';
import { markAsDatabase } from './unavailable.ts';

/** Work without a caller (heartbeat, purge, notifications) is `own`. */
export type WorkKind = 'token' | 'page' | 'password' | 'admin' | 'own';

/** On whose behalf statements run. */
interface Caller {
  readonly kind: WorkKind;
  /** Whether nobody waits for the answer any more. */
  readonly gone: () => boolean;
  /** Statements of this caller that may have changed something. If there is one, the rest must be done too. */
  writes: number;
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs `work`; its statements use the connections of this kind, and none begins its work if the caller is gone. */
export function onBehalfOf<T>(kind: WorkKind, gone: () => boolean, work: () => T): T {
  return callers.run({ kind, gone, writes: 0 }, work);
}

/** Throws if nobody waits for the current work any more. Called after each wait for a turn. */
export function stopIfCallerGone(): void {
  if (callers.getStore()?.gone()) throw new CallerGone();
}

/** Nobody sees it, because there is nobody to answer. */
class CallerGone extends AppError {
  constructor() {
    super('unavailable', 'The client has closed the connection');
  }
}

/** The current caller as a batch knows it, which sends the statements of many. */
export interface BatchCaller {
  /** Throws like `stopIfCallerGone`. Otherwise the statement is sent now. */
  begin(): void;
  /** The batch was rolled back, so the statement has changed nothing. */
  rolledBack(): void;
}

const nobody: BatchCaller = { begin() {}, rolledBack() {} };

export function batchCaller(writes: boolean): BatchCaller {
  const caller = callers.getStore();
  if (!caller) return nobody;
  return {
    begin() {
      if (!caller.writes && caller.gone()) throw new CallerGone();
      if (writes) caller.writes += 1;
    },
    rolledBack() {
      if (writes) caller.writes -= 1;
    },
  };
}

export function isCallerGone(error: unknown): boolean {
  return error instanceof Error && (error instanceof CallerGone || isCallerGone(error.cause));
}

/** SQL functions of ours and of PostgreSQL that change something although they are called by SELECT. */
export const writingFunctions =
  /\b(append_audit|seal_audit|revoke_token|settle_revocations|end_grants|save_consent|save_organisation_consent|split_consent|consent_has_room|take_from_organisations|take_from_consent|forget_organisations|claim_registration|queue_webhooks|tell_webhooks|queue_mail|queue_mails|queue_daily_mail|queue_limited_mail|pg_notify|tell_nodes|pg_logical_emit_message)\b/i;

const changes = /\b(INSERT|UPDATE|DELETE|MERGE)\b/i;

export const onlyReads = (text: string): boolean =>
  (/^\s*SELECT\b/i.test(text) || (/^\s*WITH\b/i.test(text) && !changes.test(text))) && !writingFunctions.test(text);

export interface PoolShares {
  /** Work that waits for a connection of its kind. */
  readonly waiting: number;
}

/**
 * Makes `connect` and `query` of this pool wait for a connection of the caller's kind, for `maxWaitMs` at most, as the pool
 * does for any.
 */
export function shareConnections(pool: pg.Pool, size: number, maxWaitMs: number): PoolShares {
  const turns = createTurns(size, maxWaitMs);
  const open = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
  const connect = async (): Promise<pg.PoolClient> => {
    const giveBack = await turns.take(callers.getStore()?.kind ?? 'own');
    try {
      const client = await open();
      returnWith(client, giveBack);
      return client;
    } catch (error) {
      giveBack();
      throw error;
    }
  };
  const take = async (reads: boolean): Promise<pg.PoolClient> => {
    const client = await connect();
    try {
      if (!callers.getStore()?.writes) stopIfCallerGone();
    } catch (error) {
      client.release();
      throw error;
    }
    const caller = callers.getStore();
    if (caller && !reads) caller.writes += 1;
    return client;
  };
  const query = async (asked: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> => {
    const client = await take(onlyReads(typeof asked === 'string' ? asked : asked.text));
    let failed: Error | undefined;
    try {
      return await client.query(asked as string, values);
    } catch (error) {
      failed = error as Error;
      throw error;
    } finally {
      // As the pool does it: a connection on which a statement failed is not used again.
      client.release(failed);
    }
  };
  Object.assign(pool, { connect: () => take(false), query });
  return turns;
}

/** Gives the turn back when the connection is released. */
function returnWith(client: pg.PoolClient, giveBack: () => void): void {
  const release = client.release.bind(client);
  client.release = (error) => {
    release(error);
    giveBack();
  };
}

interface Waiter {
  readonly kind: WorkKind;
  readonly begin: () => void;
}

function createTurns(size: number, maxWaitMs: number) {
  const used: Record<WorkKind, number> = { token: 0, page: 0, password: 0, admin: 0, own: 0 };
  let waiting: Waiter[] = [];

  const giveBack = (kind: WorkKind) => {
    used[kind] -= 1;
    // The first of those that may: others further in front wait for a connection of their kind.
    for (let next = first(); next; next = first()) begin(next);
  };
  const first = () => waiting.find(({ kind }) => mayTake(kind, used, size));
  const begin = (waiter: Waiter) => {
    waiting = waiting.filter((one) => one !== waiter);
    used[waiter.kind] += 1;
    waiter.begin();
  };
  const wait = (kind: WorkKind) =>
    new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        kind,
        begin() {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        waiting = waiting.filter((one) => one !== waiter);
        reject(markAsDatabase(new Error('timeout exceeded when trying to connect')));
      }, maxWaitMs);
      waiting.push(waiter);
    });

  return {
    get waiting() {
      return waiting.length;
    },
    /** Returns what gives the turn back; calling it again does nothing. */
    async take(kind: WorkKind): Promise<() => void> {
      if (mayTake(kind, used, size) && !waiting.some((one) => one.kind === kind)) used[kind] += 1;
      else await wait(kind);
      let given = false;
      return () => {
        if (given) return;
        given = true;
        giveBack(kind);
      };
    },
  };
}
