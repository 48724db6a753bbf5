/**
 * The query builder, which is loaded with its first use: it has some 250 modules, and neither a start nor the requests of
 * machines need it. It is loaded synchronously, because a query is written before anybody awaits it.
 */
import { createRequire } from 'node:module';
import type * as KyselyModule from 'kysely';
import type { Kysely, Sql } from 'kysely';
import type pg from 'pg';
import { poolOf, type Runner } from './runner.ts';
import type { Schema } from './schema.ts';

let loaded: typeof KyselyModule | undefined;

function library(): typeof KyselyModule {
  loaded ??= createRequire(import.meta.url)('kysely') as typeof KyselyModule;
  return loaded;
}

/** Returns a builder whose queries go to `runner`. */
export function createBuilder(runner: Runner): Kysely<Schema> {
  const { Kysely, PostgresDialect } = library();
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: poolOf(runner) as pg.Pool }) });
}

/** The `sql` tag of the builder. At the top level of a module, write a function around it, or importing it loads the builder. */
export const sql: Sql = new Proxy((() => {}) as unknown as Sql, {
  apply: (_target, _this, args: Parameters<Sql>) => library().sql(...args),
  get: (_target, name) => library().sql[name as keyof Sql],
});
