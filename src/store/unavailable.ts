/** Whether a failure means that the database can't be reached right now, so that the same request may succeed later. */

/** Errors that came out of the pool. A code alone proves nothing: every socket of this process fails with the same ones. */
const fromDatabase = new WeakSet<object>();

/** Called where statements leave for the database: remembers that this failure is the database's. Returns it. */
export function markAsDatabase<E>(error: E): E {
  if (error instanceof Error) fromDatabase.add(error);
  return error;
}

/** The database failed, and not because of the statement. What the network did to anybody else is not meant. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (fromDatabase.has(error)) return isConnectionFailure(error);
  return isUnavailable(error.cause);
}

const connectionStates = new Set([
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // starting up
  '53300', // too many connections
  '53100', // disk full
  '53200', // out of memory
  '25006', // read-only: a replica that is not the primary yet, or no more
  '28000', // login refused: the rules or the role's password were changed under a running server
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
  'ENETUNREACH',
]);

const messages = [
  /^Connection terminated/,
  /timeout exceeded when trying to connect/,
  /^(Query read timeout|timeout expired)/,
  /^Client has encountered a connection error/,
];

/** The same of an error that is known to be the database's: whoever calls this has just asked it. */
export function isConnectionFailure(error: Error & { code?: string }): boolean {
  if (connectionStates.has(error.code ?? '')) return true;
  if (messages.some((message) => message.test(error.message))) return true;
  return error.cause instanceof Error && isConnectionFailure(error.cause);
}
