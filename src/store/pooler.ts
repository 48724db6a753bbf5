/**
 * Recognises a pooler in transaction mode (PgBouncer and others), behind which a connection keeps neither settings nor
 * prepared statements, and gets no notifications. Then everything is sent as shared-session.ts does it, which this tries first.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { bareClient, newClient } from './connection.ts';
import { connectTimeoutMs, requestTimeouts } from './timeouts.ts';

/** Nodes that start together, and ask in step, may get the same process in several rounds each. */
const rounds = 24;
const maxPauseMs = 10;

/** Reports whether transactions of different connections run in one server process. */
export async function findsShared(client: pg.Client, url: string): Promise<boolean> {
  const other = bareClient(url, connectTimeoutMs);
  other.on('error', () => {});
  try {
    await other.connect();
    const seen = { mine: new Set<number>(), others: new Set<number>() };
    for (let round = 0; round < rounds; round += 1) {
      seen.mine.add(await serverProcess(client));
      seen.others.add(await serverProcess(other));
      if (seen.mine.size > 1 || !seen.mine.isDisjointFrom(seen.others)) return true;
      await sleep(Math.random() * maxPauseMs);
    }
    return false;
  } finally {
    await other.end();
  }
}

async function serverProcess(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid as number;
}

const settingsText = `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
  current_setting('TimeZone') AS zone`;

/**
 * Tries whether a transaction behind the pooler is ours for its whole length, and has our settings. Returns the reason why it can't be
 * used, with what to do, or undefined.
 */
export async function whyUnusable(url: string): Promise<string | undefined> {
  const { user, database } = newClient(url);
  const bare = bareClient(url, connectTimeoutMs);
  const client = newClient(url);
  for (const one of [bare, client]) one.on('error', () => {});
  try {
    await bare.connect();
    const { rows } = await bare.query<{ level: string }>("SELECT current_setting('transaction_isolation') AS level");
    if (rows[0]?.level !== 'read committed') {
      return (
        `begins transactions as ${rows[0]?.level}, which a statement can’t change any more. Run ` +
        `ALTER ROLE ${user} IN DATABASE ${database} SET default_transaction_isolation = 'read committed', and let the pooler RECONNECT`
      );
    }
    await client.connect();
    const alone = (await client.query({ text: settingsText, values: [], name: 'settings' })).rows[0];
    await client.query('BEGIN').catch((cause: Error) => {
      throw new StatementPooling(cause.message);
    });
    const within = (await client.query({ text: settingsText, values: [], name: 'settings' })).rows[0];
    await client.query('COMMIT');
    const { statementTimeoutMs, lockTimeoutMs } = requestTimeouts;
    const expected = [`${statementTimeoutMs / 1000}s`, `${lockTimeoutMs / 1000}s`, 'UTC'].join();
    const seen = [alone, within].map((row) => Object.values(row).join());
    return seen.every((one) => one === expected)
      ? undefined
      : `drops the settings of a transaction (${seen.join('; ')} instead of ${expected}). Connect to PostgreSQL itself`;
  } catch (error) {
    if (error instanceof StatementPooling) {
      return `lets no transaction have more than one statement (${error.message}). Use pool_mode = transaction`;
    }
    throw error;
  } finally {
    await Promise.all([bare.end(), client.end()]);
  }
}

class StatementPooling extends Error {}
