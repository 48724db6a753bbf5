/**
 * Opens the pool and waits until the database answers, since in a cluster it may start after the server. Errors say what
 * an operator can do, and never contain the password.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { sharedSessions } from '../config/database-url.ts';
import { AppError } from '../errors.ts';
import { addressOf, bareClient, newClient, sharesSessions } from './connection.ts';
import { type Database, type DatabaseOptions, openDatabase, processIdOf } from './database.ts';
import { targetOf } from './database-client.ts';
import { connectTimeoutMs } from './timeouts.ts';
import { isConnectionFailure, isUntrusted } from './unavailable.ts';

export interface ConnectOptions extends DatabaseOptions {
  /** The setting that has the address, for errors. Default: DATABASE_URL. */
  readonly setting?: string;
  /** Called for each failed attempt that will be repeated. */
  readonly onLog?: (line: string) => void;
  /** Aborting it gives up at once. */
  readonly stopSignal?: AbortSignal | undefined;
  /**
   * How long it tries again after the first failure. The first attempt does not count, because it takes longer than a command waits if
   * the address is silent. Failures that waiting cannot cure are thrown at once.
   */
  readonly timeoutMs?: number;
}

const minMajorVersion = 14;
const backoffMs = { min: 100, max: 2_000 };

/**
 * @throws AppError unavailable: not reachable, or no such database yet; unauthenticated: login refused; invalid: too old
 */
export async function connectDatabase(options: ConnectOptions): Promise<Database> {
  const { onLog = () => {}, timeoutMs = 30_000, stopSignal } = options;
  const target = describe(options.url, options.setting);
  let deadline: number | undefined;
  for (let pauseMs = backoffMs.min; ; pauseMs = Math.min(pauseMs * 2, backoffMs.max)) {
    const failure = await attemptEach(options.url, target);
    if (typeof failure === 'string') return openDatabase({ ...options, url: failure });
    deadline ??= performance.now() + timeoutMs;
    if (!failure.retryable || stopSignal?.aborted || performance.now() + pauseMs > deadline) throw failure.error;
    onLog(`${failure.error.message}; trying again`);
    await sleep(pauseMs, undefined, { signal: stopSignal }).catch(() => {});
  }
}

interface Target {
  readonly setting: string;
  readonly server: string;
  readonly hosts: number;
  readonly user: string;
  readonly database: string;
}

interface Failure {
  readonly error: AppError;
  /** Whether the same attempt may succeed later. */
  readonly retryable: boolean;
}

const versionSql = `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name,
  pg_backend_pid() AS process`;

/** The address to connect to, or why that is not possible. */
type Attempt = string | Failure;

/** Tries each host once. With several hosts, every new connection goes to the next one. */
async function attemptEach(url: string, target: Target): Promise<Attempt> {
  let outcome = await attempt(url, target);
  for (let host = 1; host < target.hosts && typeof outcome !== 'string' && outcome.retryable; host += 1) {
    outcome = await attempt(url, target);
  }
  return outcome;
}

/** Uses a connection of its own, since the pool would leave one open that failed in the middle of a login. */
async function attempt(url: string, target: Target): Promise<Attempt> {
  const client = bareClient(url, connectTimeoutMs);
  client.on('error', () => {});
  const shared = withSharedSessions(url);
  try {
    await client.connect();
    const { rows } = await client.query<{ number: number; name: string; process: number }>(versionSql);
    const version = rows[0];
    if (!version || version.number < minMajorVersion * 10_000) return tooOld(target, version?.name);
    // PostgreSQL tells each client the id of its process, and a pooler another id.
    if (shared !== url && version.process === processIdOf(client)) return url;
    const { findsShared, whyUnusable } = await import('./pooler.ts');
    if (shared !== url && !(await findsShared(client, url))) return url;
    const reason = await whyUnusable(shared);
    return reason === undefined ? shared : unusable(`The pooler at ${target.server} ${reason}`);
  } catch (error) {
    if (refusesOptions(error as Error) && shared !== url) return attempt(shared, target);
    return explain(error as Error & { code?: string }, target);
  } finally {
    await client.end().catch(() => {});
  }
}

function tooOld({ server }: Target, version: string | undefined): Failure {
  const message = `The database at ${server} is PostgreSQL ${version}: ${minMajorVersion} or later is needed`;
  return unusable(message);
}

function unusable(message: string): Failure {
  return { error: new AppError('invalid', message), retryable: false };
}

/** Returns the address with the parameter that says what is behind it. */
function withSharedSessions(url: string): string {
  if (sharesSessions(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${sharedSessions}`;
}

/** A pooler that knows no `options` refuses the connection instead of ignoring them. */
function refusesOptions(error: Error & { code?: string }): boolean {
  return error.code === '08P01' && /startup parameter/.test(error.message);
}

function explain(error: Error & { code?: string }, target: Target): Failure {
  const { setting, server, user, database } = target;
  const reason = error.message || error.code;
  if (error.code === '28P01' || error.code === '28000' || error.message.startsWith('SASL')) {
    const message = `The database at ${server} refused the login of ${user}: ${reason}`;
    return { error: new AppError('unauthenticated', message), retryable: false };
  }
  if (error.code === '3D000') {
    const message = `There is no database ${database} at ${server}: create it, or correct ${setting}`;
    return { error: new AppError('unavailable', message), retryable: true };
  }
  if (isUntrusted(error)) {
    const message =
      `The certificate of the database at ${server} is not trusted: ${reason}. ` +
      `Name its authority with sslrootcert=/path/ca.pem in ${setting}, or accept any certificate with sslmode=no-verify`;
    return { error: new AppError('invalid', message), retryable: false };
  }
  const message = `Cannot use the database at ${server}: ${reason}`;
  return {
    error: new AppError('unavailable', message),
    retryable: isConnectionFailure(error),
  };
}

/** Returns the parts of a connection string that may be shown. */
function describe(url: string, setting = 'DATABASE_URL'): Target {
  const { hosts } = addressOf(url);
  const servers = hosts.map((target) => {
    const client = new pg.Client(targetOf(target));
    return client.host.startsWith('/') ? client.host : `${client.host}:${client.port}`;
  });
  const { user = '', database = '' } = newClient(url);
  return { setting, server: servers.join(', '), hosts: hosts.length, user, database };
}
