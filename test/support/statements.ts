/** The number of SQL statements that a server sends. BEGIN and COMMIT don't count. */
import type { TestServer } from './server.ts';

type Measured = Pick<TestServer, 'metricsOrigin'>;

/** The statements since the server's start. */
export async function statementTotal({ metricsOrigin }: Measured): Promise<number> {
  const text = await (await fetch(`${metricsOrigin}/metrics`)).text();
  return Number(/^database_statements_total (\d+)/m.exec(text)?.[1]);
}

/** The statements that this piece of work takes once. Use it where the server does nothing else in the background. */
export async function statementsOf(server: Measured, work: () => Promise<unknown>): Promise<number> {
  const before = await statementTotal(server);
  await work();
  return (await statementTotal(server)) - before;
}

/**
 * The statements of this piece of work, which is done three times. What runs in the background can only add to them, so
 * the fewest are the work's own.
 */
export async function fewestStatements(server: Measured, work: () => Promise<unknown>): Promise<number> {
  const counts: number[] = [];
  for (let times = 0; times < 3; times += 1) counts.push(await statementsOf(server, work));
  return Math.min(...counts);
}
