/**
 * Our connections. Each connects to the next host of a list, has our settings before anybody uses it, and is cut
 * off without a farewell if it ends while a statement has no answer.
 */
import { Socket } from 'node:net';
import pg from 'pg';
import type { DatabaseAddress } from '../config/database-url.ts';
import { Batch } from './batch.ts';
import { type SessionSettings, setSettingsSql } from './session-settings.ts';
import { runShared } from './shared-session.ts';

/** For each list of hosts, the index of the host to try next: the one that answered last. */
const preferred = new Map<string, number>();

const writableSql = "SELECT current_setting('transaction_read_only') = 'off' AS writable";

/** The driver's name for the host of a connection. */
export function targetOf({
  host,
  port,
}: {
  host?: string | undefined;
  port?: number | undefined;
} = {}): pg.ClientConfig {
  return { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
}

/** What a connection needs to know besides the driver's options, from which a pool passes them on. */
export interface OurOptions {
  readonly hosts: DatabaseAddress['hosts'];
  readonly mustWrite: boolean;
  readonly settings: SessionSettings;
  /** Set if transactions share server processes: the statement that makes the settings of one. */
  readonly transactionSettings: string | undefined;
}

/**
 * Connects to the next host of the list. If a host fails, or is read-only and must not be, the host after it becomes the next,
 * and a caller that tries again (as pools do) gets there.
 */
export class DatabaseClient extends pg.Client {
  readonly #our: OurOptions;
  readonly #list: string;
  readonly #index: number;
  readonly #socket: Socket;

  constructor(options: pg.ClientConfig & OurOptions) {
    const list = JSON.stringify(options.hosts);
    const index = preferred.get(list) ?? 0;
    const socket = new Socket();
    // A pool makes the password non-enumerable, so the spread leaves it out.
    const { password } = options;
    super({ ...options, password, ...targetOf(options.hosts[index]), stream: () => socket } as pg.ClientConfig);
    this.#our = options;
    this.#list = list;
    this.#index = index;
    this.#socket = socket;
    const { transactionSettings: settings } = options;
    if (settings !== undefined) this.query = sharedQuery(this as unknown as pg.Client, settings) as typeof this.query;
  }

  // @ts-expect-error: the driver takes a callback, or gives a promise
  override connect(callback?: (error?: Error) => void): Promise<void> | undefined {
    const connected = this.#open();
    if (!callback) return connected;
    connected.then(() => callback(), callback);
    return undefined;
  }

  async #open(): Promise<void> {
    // The database may end the connection in the same packet that completes a step, when no statement can get the error.
    let lost: Error | undefined;
    this.on('error', (error) => {
      lost ??= error;
    });
    try {
      await super.connect();
      await this.#prepare();
      if (lost) throw lost;
    } catch (error) {
      // Another connection that failed at the same time may have moved on already.
      const isNext = (preferred.get(this.#list) ?? 0) === this.#index;
      if (isNext) preferred.set(this.#list, (this.#index + 1) % this.#our.hosts.length);
      // The driver's own error for a lost connection does not say why.
      throw (error as { code?: string }).code === undefined ? (lost ?? error) : error;
    }
  }

  /** Ends the connection if that fails, because callers do not end a connection that could not be opened. */
  async #prepare(): Promise<void> {
    const { settings, mustWrite, transactionSettings } = this.#our;
    try {
      if (transactionSettings === undefined)
        await this.query(setSettingsSql, [Object.keys(settings), Object.values(settings)]);
      if (mustWrite) await this.#refuseReadOnly();
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  async #refuseReadOnly(): Promise<void> {
    const { rows } = await this.query<{ writable: boolean }>(writableSql);
    if (rows[0]?.writable) return;
    throw Object.assign(new Error(`${this.host}:${this.port} is read-only`), { code: '25006' });
  }

  /**
   * What the kernel has not sent yet must never be sent: the database would do what we have given up. A reset discards it,
   * and the database, which checks its clients, rolls back what it has begun.
   */
  // @ts-expect-error: as with connect
  override end(callback?: () => void): Promise<void> | undefined {
    const isBusy = (this as { readyForQuery?: boolean }).readyForQuery === false;
    const isTcp = !this.host.startsWith('/');
    if (isBusy && isTcp) this.#socket.resetAndDestroy();
    return super.end(callback as () => void) as unknown as Promise<void> | undefined;
  }
}

type Callback = (error?: Error, result?: pg.QueryResult) => void;

/** Replaces `query` of a connection on which each transaction makes its settings. */
function sharedQuery(client: pg.Client, settings: string) {
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  return (first: string | pg.QueryConfig | pg.Submittable, ...more: unknown[]): unknown => {
    if (first instanceof Batch) first.shareSession(settings);
    if (typeof first === 'object' && 'submit' in first) return send(first, ...more);
    const values = more.find(Array.isArray) as unknown[] | undefined;
    const config = { ...(typeof first === 'string' ? { text: first } : first), ...(values && { values }) };
    const callback = more.find((one) => typeof one === 'function') as Callback | undefined;
    const result = runShared(config, {
      settings,
      inTransaction: client.getTransactionStatus() !== 'I',
      client,
      send: (changed) => send(changed) as Promise<pg.QueryResult>,
    });
    if (!callback) return result;
    result.then((rows) => callback(undefined, rows), callback);
    return undefined;
  };
}
