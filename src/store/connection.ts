/**
 * Converts a database address to options of the driver. Every connection is made here, so that each form of address works
 * for requests, commands, migrations, notifications, the queue and the gateway's limits.
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { type DatabaseAddress, type FileParameter, parseDatabaseUrl } from '../config/database-url.ts';
import { AppError } from '../errors.ts';

/** Returns options of a `pg.Pool`. With several hosts, `Client` is a class that knows which host is next. */
export function connectionOptions(url: string): pg.PoolConfig {
  const address = addressOf(url);
  const { hosts, user, password, database, driver } = address;
  const ssl = sslOf(address);
  const target = targetOf(hosts[0]);
  const common = {
    ...driver,
    ...target,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(ssl !== undefined && { ssl }),
    enableChannelBinding: true,
  };
  return hosts.length > 1 || address.mustWrite ? { ...common, Client: clientFor(address) } : common;
}

/** Returns a connection that is not open yet. */
export function newClient(url: string, more: pg.ClientConfig = {}): pg.Client {
  const { Client = pg.Client, ...options } = connectionOptions(url) as pg.PoolConfig & { Client?: typeof pg.Client };
  return new Client({ ...more, ...options });
}

/** @throws AppError invalid; the message does not contain the password */
export function addressOf(url: string): DatabaseAddress {
  try {
    return parseDatabaseUrl(url);
  } catch (error) {
    throw new AppError('invalid', `DATABASE_URL ${(error as Error).message}`);
  }
}

/** The options of a client that connects to this host. */
export function targetOf({
  host,
  port,
}: {
  host?: string | undefined;
  port?: number | undefined;
} = {}): pg.ClientConfig {
  return { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
}

function sslOf({ tls, files }: DatabaseAddress): pg.ClientConfig['ssl'] | undefined {
  if (tls === undefined) return undefined;
  if (tls === 'disable') return false;
  const ca = files.sslrootcert === 'system' ? undefined : read('sslrootcert', files);
  return {
    ...(ca !== undefined && { ca }),
    ...withDefined({ cert: read('sslcert', files), key: read('sslkey', files) }),
    rejectUnauthorized: tls !== 'no-verify',
    ...(tls === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

function withDefined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function read(name: FileParameter, files: DatabaseAddress['files']): string | undefined {
  const path = files[name];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new AppError('invalid', `DATABASE_URL names ${path} as ${name}, and this file cannot be read: ${reason}`);
  }
}

/** For each list of hosts, the index of the host to try next: the one that answered last. */
const preferred = new Map<string, number>();

const writableSql = "SELECT current_setting('transaction_read_only') = 'off' AS writable";

/**
 * Returns a client class that connects to the next host of a list. If a host fails, or is read-only and must not be, the
 * host after it becomes the next, and a caller that tries again (as pools do) gets there.
 */
function clientFor({ hosts, mustWrite }: DatabaseAddress): typeof pg.Client {
  const list = JSON.stringify(hosts);
  const NextHost = class extends pg.Client {
    readonly #index = preferred.get(list) ?? 0;

    constructor(options: pg.ClientConfig) {
      // A pool makes the password non-enumerable, so the spread leaves it out.
      super({
        ...options,
        password: options.password,
        ...targetOf(hosts[preferred.get(list) ?? 0]),
      } as pg.ClientConfig);
    }

    // @ts-expect-error: the driver takes a callback, or gives a promise
    override connect(callback?: (error?: Error) => void): Promise<void> | undefined {
      const connected = this.#open();
      if (!callback) return connected;
      connected.then(() => callback(), callback);
      return undefined;
    }

    async #open(): Promise<void> {
      try {
        await super.connect();
        if (mustWrite) await this.#refuseReadOnly();
      } catch (error) {
        // Another connection that failed at the same time may have moved on already.
        if ((preferred.get(list) ?? 0) === this.#index) preferred.set(list, (this.#index + 1) % hosts.length);
        throw error;
      }
    }

    async #refuseReadOnly(): Promise<void> {
      const { rows } = await this.query<{ writable: boolean }>(writableSql);
      if (rows[0]?.writable) return;
      await this.end();
      throw Object.assign(new Error(`${this.host}:${this.port} is read-only`), { code: '25006' });
    }
  };
  return NextHost as unknown as typeof pg.Client;
}
