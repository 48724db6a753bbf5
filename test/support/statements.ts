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

/** The statements of the requests to this server that this piece of work sends, without those of its background work. */
export async function statementsOfRequests(
  { issuer }: Pick<TestServer, 'issuer'>,
  work: () => Promise<unknown>,
): Promise<number> {
  const { host } = new URL(issuer);
  let count = 0;
  const onStatement = () => {
    if (answering.getStore()?.headers.host === host) count += 1;
  };
  requestChannel.start.bindStore(answering, (message) => message as RequestMessage);
  statementChannel.start.subscribe(onStatement);
  try {
    await work();
    return count;
  } finally {
    statementChannel.start.unsubscribe(onStatement);
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
 * The statements of this piece of work, which is done `times` times. What runs in the background can only add to them, so
 * the fewest are the work's own.
 */
export async function fewestStatements(server: Measured, work: () => Promise<unknown>, times = 8): Promise<number> {
  const counts: number[] = [];
  for (let n = 0; n < times; n += 1) counts.push(await statementsOf(server, work));
  return Math.min(...counts);
}
