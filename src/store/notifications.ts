/**
 * LISTEN on a dedicated connection that reconnects by itself. A statement, three times in two seconds, checks that it is alive, because a
 * stalled connection looks like one on which nothing happens; the same statement looks for work that is not announced.
 * Notifications sent while the connection is silent are lost: from onSilence to onReconnect callers must not rely on their
 * caches. Behind a pooler that gives a connection no session, that statement carries everything (node-changes.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { newClient, sharesSessions } from './connection.ts';
import type { Statement } from './database.ts';
import { settledWithin } from './settled-within.ts';
import { requestTimeouts } from './timeouts.ts';

export interface NotificationEvents {
  /** Called when the connection was lost or does not answer, a reconnect failed, or a handler threw. */
  onError(error: Error): void;
  /** Called when the connection was lost or does not answer. */
  onSilence(): void;
  /** Called when it is listening again. */
  onReconnect(): void;
}

type Channels = Readonly<Record<string, (payload: string) => void>>;

/** The statement that is run three times in two seconds, and what receives its row. */
export interface Look<Row> {
  readonly statement: Statement;
  values?(): unknown[];
  onRow(row: Row): void;
  /** Called before the first look on a connection, which carries nothing of the time before. */
  restart?(): void;
}

interface Connection {
  readonly client: pg.Client;
  readonly lost: Promise<void>;
}

const backoffMs = { min: 100, max: 5_000 };
/**
 * Behind a pooler, statements wait for a connection of the database while the pooler has none left. The connection is not silent: the answer
 * carries everything until then. A node that took it for silence would send a statement more with each request, to a full pool.
 */
const heartbeatMs = { interval: 650, timeout: 350, timeoutBehindPooler: 2_000 };
/** Shorter than these limits: a statement that waits for a lock is answered by an error, and not taken for silence. */
const statementTimeoutMs = 250;
const onlyCheck: Look<object> = { statement: { name: 'listen-check', text: 'SELECT 1' }, onRow() {} };

/**
 * Calls `channels[name]` with the payload of each notification, '' if it has none. `timing` says after how many milliseconds without an
 * answer the connection is silent.
 * @throws if the first connection fails; later failures go to onError, and it reconnects
 */
export async function listen<Row extends object = object>(
  url: string,
  channels: Channels,
  { onError, onSilence, onReconnect }: NotificationEvents,
  look: Look<Row> = onlyCheck as Look<Row>,
  timing: { readonly timeout: number; readonly timeoutBehindPooler: number } = heartbeatMs,
): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController();
  const onErrorWhileOpen = (error: Error) => {
    if (!closing.signal.aborted) onError(error);
  };
  const behindPooler = sharesSessions(url);
  const guardedLook = { ...look, onRow: (row: Row) => guard(() => look.onRow(row), onError) };
  const open = behindPooler
    ? () => openShared(url, guardedLook, onErrorWhileOpen)
    : () => openConnection(url, guarded(channels, onError), onErrorWhileOpen);
  const checking = {
    look: guardedLook,
    onError: onErrorWhileOpen,
    mustSucceed: behindPooler,
    timeoutMs: behindPooler ? timing.timeoutBehindPooler : timing.timeout,
  };
  let connection = await open();

  async function follow(): Promise<void> {
    for (;;) {
      void keepChecking(connection, checking);
      await connection.lost;
      if (!closing.signal.aborted) guard(onSilence, onError);
      const next = await untilOpen(open, closing.signal, onError);
      if (!next) return;
      connection = next;
      if (closing.signal.aborted) return connection.client.end();
      guard(onReconnect, onError);
    }
  }

  const work = follow();
  return {
    async close() {
      closing.abort();
      await connection.client.end();
      await work;
    },
  };
}

async function openConnection(url: string, channels: Channels, onError: (error: Error) => void): Promise<Connection> {
  const client = newClient(url, { application_name: 'vibecaas-auth listen' });
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', onError);
  client.on('notification', ({ channel, payload = '' }) => channels[channel]?.(payload));
  try {
    await client.connect();
    for (const channel of Object.keys(channels)) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    await client.query(`SET statement_timeout = ${statementTimeoutMs}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return { client, lost };
}

/** Opens a connection that only looks. The first look is done when it is open, so that the next one misses nothing. */
async function openShared<Row extends object>(
  url: string,
  { statement, values, restart, onRow }: Look<Row>,
  onError: (error: Error) => void,
): Promise<Connection> {
  const timeouts = { ...requestTimeouts, statementTimeoutMs };
  const client = newClient(url, {}, timeouts);
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', onError);
  try {
    await client.connect();
    restart?.();
    for (const row of (await client.query<Row>({ ...statement, values: values?.() ?? [] })).rows) onRow(row);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return { client, lost };
}

interface Checking<Row> {
  readonly look: Look<Row>;
  readonly onError: (error: Error) => void;
  /** Whether a look that fails is silence, because nothing else tells of changes. */
  readonly mustSucceed: boolean;
  /** An answer that takes longer is silence. */
  readonly timeoutMs: number;
}

/** Queries the connection until it is lost, and closes it if it does not answer in time. */
async function keepChecking<Row extends object>(
  { client, lost }: Connection,
  { look, onError, mustSucceed, timeoutMs }: Checking<Row>,
): Promise<void> {
  const stop = new AbortController();
  lost.then(() => stop.abort());
  // Of statements that fail one after the other, the first is reported.
  let failing = false;
  const onRow = (row: Row) => {
    failing = false;
    look.onRow(row);
  };
  const onFailure = (error: Error) => {
    if (!failing) onError(error);
    failing = true;
  };
  while (!stop.signal.aborted) {
    await sleep(heartbeatMs.interval, undefined, { signal: stop.signal }).catch(() => {});
    if (stop.signal.aborted || (await answers(client, { ...look, onRow }, { onFailure, timeoutMs }))) {
      if (failing && mustSucceed) await client.end();
      continue;
    }
    onError(new Error(`no answer on the notification channel within ${timeoutMs} ms`));
    await client.end(); // It has a query in flight, so this does not wait for the other side.
  }
}

/** Whether the connection answers in time. An answer that arrived while this process was busy is in time. */
async function answers<Row extends object>(
  client: pg.Client,
  { statement, values, onRow }: Look<Row>,
  { onFailure, timeoutMs }: { onFailure: (error: Error) => void; timeoutMs: number },
): Promise<boolean> {
  let answered = false;
  const answer = client.query<Row>({ ...statement, ...(values && { values: values() }) }).then(
    ({ rows }) => {
      answered = true;
      for (const row of rows) onRow(row);
    },
    (error) => {
      // An error that the database sends is an answer too.
      if ((error as { severity?: string }).severity !== 'ERROR') return;
      answered = true;
      onFailure(error);
    },
  );
  await settledWithin(answer, timeoutMs);
  return answered;
}

/** Retries with exponential backoff. Returns undefined once `closing` is aborted. */
async function untilOpen(
  open: () => Promise<Connection>,
  closing: AbortSignal,
  onError: (error: Error) => void,
): Promise<Connection | undefined> {
  for (let pauseMs = backoffMs.min; ; pauseMs = Math.min(pauseMs * 2, backoffMs.max)) {
    await sleep(pauseMs, undefined, { signal: closing }).catch(() => {});
    if (closing.aborted) return undefined;
    try {
      return await open();
    } catch (error) {
      onError(error as Error);
    }
  }
}

/** An exception in an event listener would end the process. */
function guard(handler: () => void, onError: (error: Error) => void): void {
  try {
    handler();
  } catch (error) {
    onError(error as Error);
  }
}

function guarded(channels: Channels, onError: (error: Error) => void): Channels {
  return Object.fromEntries(
    Object.entries(channels).map(([name, handle]) => [name, (payload) => guard(() => handle(payload), onError)]),
  );
}
