import type { Timeouts } from '../../src/store/timeouts.ts';

/** Tests hold locks, fill large tables, and do a hundred things at once, for as long as the machine needs. */
export const patientTimeouts: Timeouts = {
  connectMs: 120_000,
  connectionWaitMs: 120_000,
  lockTimeoutMs: 120_000,
  statementTimeoutMs: 180_000,
  idleInTransactionTimeoutMs: 120_000,
  queryTimeoutMs: 185_000,
  retryWithinMs: 120_000,
};
