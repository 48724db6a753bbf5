/** Reads that may be a few seconds old, and that decide nothing: lists and statistics for people who look at them. */
import type { Database, Db } from './database.ts';

/**
 * `used`: it is near enough. `behind`: it has not replayed enough yet, or nobody knows. `paused`: an operator has stopped its replay.
 * `promoted`: it takes writes itself. `other`: it is a copy of another database. `away`: it does not answer.
 */
export type ReplicaState = 'used' | 'behind' | 'paused' | 'promoted' | 'other' | 'away';

export interface ReplicaFacts {
  readonly state: ReplicaState;
  /** How far it was behind the primary at the last look. */
  readonly lagSeconds: number;
}

export interface Reads {
  /** Undefined without a replica. */
  facts(): ReplicaFacts | undefined;
  /** How many reads each has answered. */
  counts(): { readonly replica: number; readonly primary: number };
  /**
   * Runs work that only reads, on the replica if there is one that can be used, else on the primary. It may run twice. With `mayBeOld`
   * false the caller must see what was changed a moment ago, and gets the primary.
   */
  run<T>(mayBeOld: boolean, work: (db: Db) => Promise<T>): Promise<T>;
}

/** Everything is read from the primary. */
export function primaryReads(db: Database): Reads {
  return { facts: () => undefined, counts: () => ({ replica: 0, primary: 0 }), run: (_mayBeOld, work) => work(db) };
}
