/**
 * Opens the pool and waits until the database behind it answers: at a start in a cluster it may come up after us. Says
 * what is wrong in words an operator can act on, and never the password.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../errors.ts';
import { addressOf, newClient } from './connection.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { isConnectionFailure } from './unavailable.ts';

export interface ConnectOptions extends DatabaseOptions {
  /** Told of each try that failed and will be repeated. */
  readonly onLog?: (line: string) => void;
  /** Gives up at once when it is aborted. */
  readonly asked?: AbortSignal | undefined;
  /** Milliseconds until we give up; what waiting cannot help is told at once. */
  readonly timeoutMs?: number;
}

const oldestMajor = 14;
/** Milliseconds. */
const backoff = { shortest: 100, longest: 2_000 };

/**
 * @throws AppError unavailable: not reachable, or no such database yet; unauthenticated: login refused; invalid: too old
 */
export async function connectDatabase(options: ConnectOptions): Promise<Database> {
  const { onLog = () => {}, timeoutMs = 30_000, asked } = options;
  const where = describe(options.url);
  const deadline = Date.now() + timeoutMs;
  for (let pause = backoff.shortest; ; pause = Math.min(pause * 2, backoff.longest)) {
    const failure = await attemptEach(options.url, where);
    if (!failure) return openDatabase(options);
    if (!failure.mayPass || asked?.aborted || Date.now() + pause > deadline) throw failure.error;
    onLog(`${failure.error.message}; trying again`);
    await sleep(pause, undefined, { signal: asked }).catch(() => {});
  }
}

interface Where {
  readonly server: string;
  readonly hosts: number;
  readonly user: string;
  readonly database: string;
}

interface Failure {
  readonly error: AppError;
  /** Whether the same try may succeed later. */
  readonly mayPass: boolean;
}

const versionSql =
  "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name";

/** Each try goes to the next of several hosts. */
async function attemptEach(url: string, where: Where): Promise<Failure | undefined> {
  let failure = await attempt(url, where);
  for (let host = 1; host < where.hosts && failure?.mayPass; host += 1) failure = await attempt(url, where);
  return failure;
}

/** On a connection of its own: the pool would leave one open that broke off in the middle of a login. */
async function attempt(url: string, where: Where): Promise<Failure | undefined> {
  const client = newClient(url, { connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ number: number; name: string }>(versionSql);
    const version = rows[0];
    if (version && version.number >= oldestMajor * 10_000) return undefined;
    const message = `The database at ${where.server} is PostgreSQL ${version?.name}: ${oldestMajor} or later is needed`;
    return { error: new AppError('invalid', message), mayPass: false };
  } catch (error) {
    return explain(error as Error & { code?: string }, where);
  } finally {
    await client.end().catch(() => {});
  }
}

function explain(error: Error & { code?: string }, { server, user, database }: Where): Failure {
  const reason = error.message || error.code;
  if (error.code === '28P01' || error.code === '28000' || error.message.startsWith('SASL')) {
    const message = `The database at ${server} refused the login of ${user}: ${reason}`;
    return { error: new AppError('unauthenticated', message), mayPass: false };
  }
  if (error.code === '3D000') {
    const message = `There is no database ${database} at ${server}: create it, or correct DATABASE_URL`;
    return { error: new AppError('unavailable', message), mayPass: true };
  }
  if (untrusted.test(error.code ?? '')) {
    const message =
      `The certificate of the database at ${server} is not trusted: ${reason}. ` +
      'Name its authority with sslrootcert=/path/ca.pem in DATABASE_URL, or give up on knowing it with sslmode=no-verify';
    return { error: new AppError('invalid', message), mayPass: false };
  }
  const message = `Cannot use the database at ${server}: ${reason}`;
  return {
    error: new AppError('unavailable', message),
    mayPass: isConnectionFailure(error),
  };
}

/** What Node says of a certificate that it does not accept. */
const untrusted = /CERT|ALTNAME|VERIFY_LEAF|UNABLE_TO_GET_ISSUER/;

/** The parts of a connection string that may be shown. */
function describe(url: string): Where {
  const { hosts } = addressOf(url);
  const servers = hosts.map(({ host, port }) => {
    const client = new pg.Client({ ...(host !== undefined && { host }), ...(port !== undefined && { port }) });
    return client.host.startsWith('/') ? client.host : `${client.host}:${client.port}`;
  });
  const { user = '', database = '' } = newClient(url);
  return { server: servers.join(', '), hosts: hosts.length, user, database };
}
