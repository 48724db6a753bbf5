/** Whether a failure means that the database can't be reached right now, so that the same request may succeed later. */

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

export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (connectionStates.has((error as { code?: string }).code ?? '')) return true;
  return messages.some((message) => message.test(error.message)) || isUnavailable(error.cause);
}
