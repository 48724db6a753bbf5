/** The number of SQL statements that a server sends. BEGIN and COMMIT don't count. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type RequestMessage, requestChannel, statementChannel } from '../../src/tracing/channels.ts';
import type { TestServer } from './server.ts';

type Measured = Pick<TestServer, 'metricsOrigin'>;

/** The statements since the server's start. */
export async function statementTotal({ metricsOrigin }: Measured): Promise<number> {
  const text = await (await fetch(`${metricsOrigin}/metrics`)).text();
  return Number(/^database_statements_total (\d+)/m.exec(text)?.[1]);
}

const answering = new AsyncLocalStorage<RequestMessage>();

/**
 * The statements of the requests to this server that this piece of work sends, from their beginning to their answer. What
 * the server does in the background is left out, also where such a request was its cause.
 */
export async function statementsOfRequests(
  { issuer }: Pick<TestServer, 'issuer'>,
  work: () => Promise<unknown>,
): Promise<number> {
  const { host } = new URL(issuer);
  const open = new Set<unknown>();
  let count = 0;
  const onStatement = () => {
    if (open.has(answering.getStore())) count += 1;
  };
  const onEnd = (message: unknown) => void open.delete(message);
  requestChannel.start.bindStore(answering, (message) => {
    if (message.headers.host === host) open.add(message);
    return message;
  });
  requestChannel.asyncEnd.subscribe(onEnd);
  statementChannel.start.subscribe(onStatement);
  try {
    await work();
    return count;
  } finally {
    statementChannel.start.unsubscribe(onStatement);
    requestChannel.asyncEnd.unsubscribe(onEnd);
    requestChannel.start.unbindStore(answering);
  }
}

/** All statements during this piece of work. Use it where the server does nothing else in the background. */
export async function statementsOf(server: Measured, work: () => Promise<unknown>): Promise<number> {
  const before = await statementTotal(server);
  await work();
  return (await statementTotal(server)) - before;
}

/**
 * The statements of the requests of this piece of work, which is done `times` times. One of them may find that a cache has
 * just run out, so the fewest are counted.
 */
export async function fewestStatements(
  server: Pick<TestServer, 'issuer'>,
  work: () => Promise<unknown>,
  times = 3,
): Promise<number> {
  const counts: number[] = [];
  for (let n = 0; n < times; n += 1) counts.push(await statementsOfRequests(server, work));
  return Math.min(...counts);
}
