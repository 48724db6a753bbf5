/** LISTEN: what is sent arrives, and a lost connection comes back. */
import pg from 'pg';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { listen } from '../../src/store/notifications.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventuallyTimeoutMs } from '../support/eventually.ts';

const killListeners = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'vibecaas-auth listen' AND datname = current_database()`;

async function setup() {
  const { url, database, drop } = await createTestDatabase();
  const got: string[] = [];
  const onError = vi.fn<(error: Error) => void>();
  const onSilence = vi.fn<() => void>();
  const onReconnect = vi.fn<() => void>();
  const subscription = await listen(
    url,
    {
      clients: (payload) => got.push(`clients ${payload}`),
      'Odd "name"': (payload) => got.push(`odd ${payload}`),
      faulty: () => {
        throw new Error('a handler’s mistake');
      },
    },
    { onError, onSilence, onReconnect },
  );
  onTestFinished(async () => {
    await subscription.close();
    await drop();
  });
  const query = (sql: string, values: unknown[] = []) => database.pgPool.query(sql, values);
  const notify = (channel: string, payload: string) => query('SELECT pg_notify($1, $2)', [channel, payload]);
  const allowConnections = async (allowed: boolean) => {
    const admin = new pg.Client({ connectionString: inject('adminUrl') });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} ALLOW_CONNECTIONS ${allowed}`);
    await admin.end();
  };
  return { got, onError, onSilence, onReconnect, notify, query, allowConnections, subscription };
}

test('each channel gets its own notifications, in order, with or without a payload', async () => {
  const { got, notify, onError } = await setup();
  await notify('clients', 'a');
  await notify('others', 'b');
  await notify('Odd "name"', 'c');
  await notify('clients', '');
  await vi.waitFor(() => expect(got).toEqual(['clients a', 'odd c', 'clients ']), eventuallyTimeoutMs);
  expect(onError).not.toHaveBeenCalled();
});

test('a connection that is cut comes back, says so, and goes on', async () => {
  const { got, onError, onReconnect, notify, query } = await setup();
  for (const round of [1, 2]) {
    await query(killListeners);
    await vi.waitFor(() => expect(onReconnect).toHaveBeenCalledTimes(round), eventuallyTimeoutMs);
    await notify('clients', `${round}`);
    await vi.waitFor(() => expect(got).toContain(`clients ${round}`), eventuallyTimeoutMs);
  }
  expect(onError).toHaveBeenCalled();
});

test('a connection that cannot come back is tried again and again', async () => {
  const { got, onReconnect, onError, notify, query, allowConnections } = await setup();
  await query('SELECT 1'); // the pool needs its connection before new ones are refused
  await allowConnections(false);
  await query(killListeners);
  await vi.waitFor(
    () => expect(onError.mock.calls.join()).toContain('not currently accepting connections'),
    eventuallyTimeoutMs,
  );
  await allowConnections(true);
  await vi.waitFor(() => expect(onReconnect).toHaveBeenCalledTimes(1), eventuallyTimeoutMs);
  await notify('clients', 'x');
  await vi.waitFor(() => expect(got).toEqual(['clients x']), eventuallyTimeoutMs);
});

test('a handler that throws is reported and hurts nobody else', async () => {
  const { got, onError, notify } = await setup();
  await notify('faulty', '');
  await notify('clients', 'after');
  await vi.waitFor(() => expect(got).toEqual(['clients after']), eventuallyTimeoutMs);
  expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'a handler’s mistake' }));
});

test('closing leaves no connection, and none comes back', async () => {
  const { onError, onReconnect, query, subscription } = await setup();
  await subscription.close();
  const left = await query(
    "SELECT FROM pg_stat_activity WHERE application_name = 'vibecaas-auth listen' AND datname = current_database()",
  );
  expect(left.rowCount).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(onReconnect).not.toHaveBeenCalled();
  expect(onError).not.toHaveBeenCalled();
});

test('closing while the connection is lost ends promptly, and stops the tries', async () => {
  const { query, subscription, onError, allowConnections } = await setup();
  await query('SELECT 1');
  await allowConnections(false);
  await query(killListeners);
  await vi.waitFor(() => expect(onError.mock.calls.length).toBeGreaterThan(4), eventuallyTimeoutMs);
  await subscription.close();
  const tried = onError.mock.calls.length;
  // The next try would be 0.8 s later.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(onError.mock.calls.length).toBe(tried);
  await allowConnections(true);
});
