/**
 * The class of our connections. Each connects to the next host of a list, has our settings before anybody uses it, and is cut
 * off without a farewell if it ends while a statement has no answer.
 */
import { Socket } from 'node:net';
import pg from 'pg';
import type { DatabaseAddress } from '../config/database-url.ts';
import { type SessionSettings, setSettingsSql } from './session-settings.ts';

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

/**
 * Returns a client class that connects to the next host of the list. If a host fails, or is read-only and must not be, the
 * host after it becomes the next, and a caller that tries again (as pools do) gets there.
 */
export function clientClass({ hosts, mustWrite }: DatabaseAddress, settings: SessionSettings): typeof pg.Client {
  const list = JSON.stringify(hosts);
  const OurClient = class extends pg.Client {
    readonly #index = preferred.get(list) ?? 0;
    readonly #socket: Socket;

    constructor(options: pg.ClientConfig) {
      const socket = new Socket();
      // A pool makes the password non-enumerable, so the spread leaves it out.
      super({
        ...options,
        password: options.password,
        ...targetOf(hosts[preferred.get(list) ?? 0]),
        stream: () => socket,
      } as pg.ClientConfig);
      this.#socket = socket;
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
        await this.#prepare();
      } catch (error) {
        // Another connection that failed at the same time may have moved on already.
        if ((preferred.get(list) ?? 0) === this.#index) preferred.set(list, (this.#index + 1) % hosts.length);
        throw error;
      }
    }

    async #prepare(): Promise<void> {
      try {
        await this.query(setSettingsSql, [Object.keys(settings), Object.values(settings)]);
        if (mustWrite) await this.#refuseReadOnly();
      } catch (error) {
        // Whoever called connect() does not end a connection that failed.
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
  };
  return OurClient as unknown as typeof pg.Client;
}
