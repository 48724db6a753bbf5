/** Tells whether a failure means that the database can't do its work now, so that the same request may succeed later. */

/** Errors that came from the pool. The error code alone is not enough: every socket of this process has the same codes. */
const fromDatabase = new WeakSet<object>();

/** Marks an error as a failure of the database and returns it. Called where statements are sent. */
export function markAsDatabase<E>(error: E): E {
  if (error instanceof Error) fromDatabase.add(error);
  return error;
}

/** Reports whether the database is unavailable. Errors of statements and of other network connections do not count. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (fromDatabase.has(error)) return isConnectionFailure(error) || isTlsFailure(error);
  return isUnavailable(error.cause);
}

/** The database rolled the statement back, and with it its transaction: nothing of it was done. */
const rolledBackStates = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // a lock was not free within lock_timeout
  '57014', // cancelled: statement_timeout, or an operator
  '25P03', // idle in a transaction for too long: this process stood still. The connection is closed as well
]);

/** Returns the SQLSTATE if the database rolled the work back for a reason that may be gone at the next try. */
export function rolledBackState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !fromDatabase.has(error)) return undefined;
  const states = [error, error.cause].map((one) => (one as { code?: string } | undefined)?.code ?? '');
  return states.find((state) => rolledBackStates.has(state));
}

/** Reports whether the database rolled the work back for such a reason. */
export const isRolledBack = (error: unknown): boolean => rolledBackState(error) !== undefined;

const connectionStates = new Set([
  ...rolledBackStates,
  '57P05', // idle for too long
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // starting up
  '53300', // too many connections
  '53100', // disk full
  '53200', // out of memory
  '25006', // read-only: a replica that is not, or no longer, the primary
  '28000', // login refused: pg_hba.conf or the role's password was changed while the server was running
  '28P01',
  '3D000', // no such database: renamed, or being restored
  '55000', // takes no connections
  '08000',
  '08003',
  '08006',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ECONNABORTED',
  'EADDRNOTAVAIL', // no local port is free
  'EMFILE', // no file descriptor is free
]);

const messages = [
  /^Connection terminated/,
  /timeout exceeded when trying to connect/,
  /^(Query read timeout|timeout expired)/,
  /^Client has encountered a connection error/,
];

/** Reports whether Node does not accept the server's certificate. A start does not wait for that to change. */
export function isUntrusted({ code = '' }: { code?: string }): boolean {
  return /CERT|ALTNAME|VERIFY_LEAF|UNABLE_TO_GET_ISSUER/.test(code);
}

function isTlsFailure(error: Error & { code?: string }): boolean {
  return (
    isUntrusted(error) ||
    /^(The server does not support|There was an error establishing an) SSL connection/.test(error.message)
  );
}

/** Like `isUnavailable`, for an error that is known to come from the database. */
export function isConnectionFailure(error: Error & { code?: string }): boolean {
  if (connectionStates.has(error.code ?? '')) return true;
  if (messages.some((message) => message.test(error.message))) return true;
  return error.cause instanceof Error && isConnectionFailure(error.cause);
}
