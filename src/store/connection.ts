/**
 * Converts a database address to options of the driver. Every connection is made here, so that each form of address works
 * for requests, commands, migrations, notifications, the queue and the gateway's limits, and each has the same settings.
 */
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { type DatabaseAddress, type FileParameter, parseDatabaseUrl } from '../config/database-url.ts';
import { AppError } from '../errors.ts';
import { DatabaseClient, type OurOptions, targetOf } from './database-client.ts';
import { type SessionSettings, sessionSettings, transactionSettingsSql } from './session-settings.ts';
import { livenessMs, requestTimeouts, type Timeouts } from './timeouts.ts';

/**
 * Returns options of a `pg.Pool`. Its `Client` makes each connection with our settings.
 * @param more further settings of each connection
 */
export function connectionOptions(
  url: string,
  timeouts: Timeouts = requestTimeouts,
  more: SessionSettings = {},
): pg.PoolConfig & OurOptions {
  const address = addressOf(url);
  const { hosts, mustWrite, user, password, database, sharesSessions } = address;
  // Poolers refuse options, or drop them.
  const { options, ...driver } = address.driver;
  const ssl = sslOf(address);
  const settings = sessionSettings(timeouts, options);
  return {
    ...driver,
    connectionTimeoutMillis: timeouts.connectMs,
    ...(options !== undefined && !sharesSessions && { options }),
    ...targetOf(hosts[0]),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(ssl !== undefined && { ssl }),
    enableChannelBinding: true,
    ...(timeouts.queryTimeoutMs > 0 && { query_timeout: timeouts.queryTimeoutMs }),
    keepAlive: true,
    keepAliveInitialDelayMillis: livenessMs.keepAliveIdle,
    Client: DatabaseClient as unknown as typeof pg.Client,
    hosts,
    mustWrite,
    settings: { ...settings, ...more },
    transactionSettings: sharesSessions ? transactionSettingsSql(settings, options) : undefined,
  } as pg.PoolConfig & OurOptions;
}

/** Returns a connection that is not open yet. A server that accepts it and says nothing is given up. */
export function newClient(url: string, more: pg.ClientConfig = {}, timeouts?: Timeouts): pg.Client {
  return clientWith({ ...more, ...connectionOptions(url, timeouts) });
}

function clientWith(options: pg.ClientConfig & OurOptions): pg.Client {
  const client: unknown = new DatabaseClient(options);
  return client as pg.Client;
}

/** Returns a connection that is not open yet and leaves every setting as it is, to look at what is behind an address. */
export function bareClient(url: string, connectionTimeoutMillis: number): pg.Client {
  return clientWith({
    ...connectionOptions(url),
    connectionTimeoutMillis,
    settings: {},
    transactionSettings: undefined,
  });
}

/** Reports whether a pooler gives each transaction another server process, so that a connection has no session. */
export function sharesSessions(url: string): boolean {
  return addressOf(url).sharesSessions;
}

/** @throws AppError invalid; the message does not contain the password */
export function addressOf(url: string): DatabaseAddress {
  try {
    return parseDatabaseUrl(url);
  } catch (error) {
    throw new AppError('invalid', `A database address ${(error as Error).message}`);
  }
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
    throw new AppError('invalid', `A database address has ${name}=${path}, and this file cannot be read: ${reason}`);
  }
}
