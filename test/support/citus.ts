/** A database on the nodes of a Citus cluster. `CITUS_NODES` has their addresses: the coordinator, then workers. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

const nodes = (process.env.CITUS_NODES ?? '').split(',').filter(Boolean);
/** Without two workers there is nothing to distribute over. */
export const hasCitus = nodes.length >= 3;

/** Creates it on every node, and makes the coordinator know the workers. */
export async function createCitusDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `scale_${randomBytes(6).toString('hex')}`;
  const urls = nodes.map((node) => Object.assign(new URL(node), { pathname: `/${name}` }));
  for (const [index, node] of nodes.entries()) {
    await run(node, [`CREATE DATABASE ${name}`]);
    await run(String(urls[index]), ['CREATE EXTENSION citus']);
  }
  const [coordinator, ...workers] = urls.map((url) => `'${url.hostname}', ${url.port || 5432}`);
  const url = String(urls[0]);
  await run(url, [
    `SELECT citus_set_coordinator_host(${coordinator})`,
    ...workers.map((worker) => `SELECT citus_add_node(${worker})`),
  ]);
  return {
    url,
    async drop() {
      for (const node of nodes) await run(node, [`DROP DATABASE ${name} WITH (FORCE)`]);
    },
  };
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
