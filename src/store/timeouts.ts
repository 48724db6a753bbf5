/**
 * How long a statement may wait or run. The database gives up first, then the driver, then the client. So what we answer as
 * not done is already rolled back, and cannot be done later.
 */

/** Opening a connection for a request or for a first look at an address, and waiting for a free one of the pool. */
export const connectTimeoutMs = 5_000;

/** Durations of one connection, in milliseconds. 0 means no limit. */
export interface Timeouts {
  /** A connection that is not open by then is given up. */
  readonly connectMs: number;
  /** Work waits this long for a free connection of the pool. 0 is not allowed here. */
  readonly connectionWaitMs: number;
  /** The database gives up a statement that waits for a lock. */
  readonly lockTimeoutMs: number;
  /** The database gives up a statement. */
  readonly statementTimeoutMs: number;
  /** The database closes a connection that is idle in a transaction: its process is frozen or lost, and holds locks. */
  readonly idleInTransactionTimeoutMs: number;
  /**
   * The driver gives up a statement without an answer. It is longer than `statementTimeoutMs`, so that this only happens if
   * the database or the network is lost.
   */
  readonly queryTimeoutMs: number;
  /** No try begins later than this after the first one, if the database rolled back what was done. */
  readonly retryWithinMs: number;
}

/** How long common clients wait for an answer. */
export const answerTimeoutMs = 10_000;

/** For statements that an HTTP request waits for. */
export const requestTimeouts: Timeouts = {
  connectMs: connectTimeoutMs,
  connectionWaitMs: connectTimeoutMs,
  lockTimeoutMs: 2_000,
  statementTimeoutMs: 5_000,
  idleInTransactionTimeoutMs: 5_000,
  queryTimeoutMs: 7_000,
  // The last try still ends while clients wait.
  retryWithinMs: answerTimeoutMs - 7_000,
};

/** An exception for work that no HTTP request waits for: starting, commands, clean-up, counts, and the queue of webhooks. */
export const backgroundTimeouts: Timeouts = {
  connectMs: 30_000,
  connectionWaitMs: connectTimeoutMs,
  lockTimeoutMs: 30_000,
  statementTimeoutMs: 60_000,
  idleInTransactionTimeoutMs: 5_000,
  queryTimeoutMs: 65_000,
  // Shorter than a wait for a lock, which is long enough once.
  retryWithinMs: 20_000,
};

/**
 * An exception for migrations: an index of a large table takes as long as it takes. They wait without limit for the
 * lock that admits one migrating process; migrate.ts limits how long they wait for a table.
 */
export const migrationTimeouts: Timeouts = {
  connectMs: 30_000,
  connectionWaitMs: connectTimeoutMs,
  lockTimeoutMs: 0,
  statementTimeoutMs: 0,
  idleInTransactionTimeoutMs: 5_000,
  queryTimeoutMs: 0,
  retryWithinMs: 20_000,
};

/**
 * For statements in a batch, for which others wait. What is given up here runs again alone, with the limits that the
 * statement would have had without a batch, so these are short. Tests that are not about the limits replace them.
 */
export const batchLimits = {
  lockTimeoutMs: 50,
  statementTimeoutMs: 1_000,
  /** A statement that has waited for its batch for this long runs alone. */
  waitMs: 1_000,
};

/**
 * The statements of a batch run one after the other, so each may be lawful and all together take longer than the driver waits. A
 * batch takes as many as end within this time, if they are as fast as those of the batch before.
 */
export const maxBatchMs = 1_000;

/** How soon each side notices that the other is gone. */
export const livenessMs = {
  /** Silence after which TCP asks whether the other side is still there. */
  keepAliveIdle: 5_000,
  keepAliveInterval: 2_000,
  /** Data that was sent must be acknowledged within this time. */
  unacknowledged: 10_000,
  /** How often the database checks, during a statement, that the client is still connected. */
  clientCheckInterval: 1_000,
};

/** Number of unanswered probes after which a connection is given up. */
export const keepAliveProbes = 3;
