/** The stage: a PostgreSQL with a database for each variant that needs one, and the servers. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/store/embedded/index.ts';
import { startEngineVariant } from './engine-variant.ts';
import { startBalancer } from './floods/balancer.ts';
import { freePort } from './free-port.ts';
import { startOurs } from './ours.ts';
import type { Variant, VariantName } from './variant.ts';

export interface StageOptions {
  /** Verify passwords with argon2id in every variant. */
  readonly hashing: boolean;
  /** Additional settings of our server. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder for CPU profiles, with a subfolder for each server. */
  readonly profileDir: string | undefined;
}

export interface Stage {
  readonly variants: readonly Variant[];
  /** Process id of PostgreSQL's first process. */
  readonly postmaster: number;
  /** Runs ANALYZE in every database, so that the planner knows the size of the tables. Autovacuum does so within a minute. */
  analyze(): Promise<void>;
}

/** Sets up the stage, runs `work`, and always removes everything afterwards. */
export async function onStage<T>(options: StageOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
  return withPostgres(async ({ url: adminUrl, postmaster, cleanup }, stopped) => {
    const variants: Variant[] = [];
    const add = async (starting: Promise<Variant>) => {
      const variant = await starting;
      cleanup.push(() => variant.stop());
      variants.push(variant);
    };
    const env = { PASSWORD_HASHING: options.hashing ? 'on' : 'off' };
    const execArgv = (name: VariantName) =>
      options.profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(options.profileDir, name)}`];
    const at = (name: string) => urlOf(adminUrl, name);
    await add(startOurs({ databaseUrl: at('ours'), env: { ...env, ...options.env }, execArgv: execArgv('ours') }));
    await add(startEngineVariant('bare', { env, execArgv: execArgv('bare') }));
    for (const name of ['naive', 'node-oauth2-server'] as const)
      await add(startEngineVariant(name, { env, execArgv: execArgv(name), databaseUrl: at(name) }));
    const stage = { variants, postmaster, analyze: () => analyze(adminUrl) };
    return Promise.race([work(stage), stopped, ...variants.map(({ ended }) => ended)]);
  });
}

export interface OurStage {
  readonly variant: Variant;
  readonly postmaster: number;
  readonly databaseUrl: string;
}

/** The stage of `bench:load`: our server alone. */
export async function onOurStage<T>(
  env: Readonly<Record<string, string>>,
  work: (stage: OurStage) => Promise<T>,
): Promise<T> {
  return onOurStages(env, ['ours'], (stages) => work(stages[0] as OurStage));
}

/** The stage of `bench:growth`: our server once for each of these databases. `settings` are those of PostgreSQL. */
export async function onOurStages<T>(
  env: Readonly<Record<string, string>>,
  names: readonly ('ours' | 'small')[],
  work: (stages: readonly OurStage[]) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  return withPostgres(async ({ url, postmaster, cleanup }, stopped) => {
    const stages: OurStage[] = [];
    for (const name of names) {
      const databaseUrl = urlOf(url, name);
      const variant = await startOurs({ databaseUrl, env, execArgv: [] });
      cleanup.push(() => variant.stop());
      stages.push({ variant, postmaster, databaseUrl });
    }
    return Promise.race([work(stages), stopped, ...stages.map(({ variant }) => variant.ended)]);
  }, settings);
}

/** The stage of `bench:floods`: so many nodes of our server on one database, and the address that leads to all of them. */
export async function onOurNodes<T>(
  env: Readonly<Record<string, string>>,
  count: number,
  work: (nodes: readonly Variant[], origin: string) => Promise<T>,
): Promise<T> {
  return withPostgres(async ({ url, cleanup }, stopped) => {
    const balancer = count > 1 ? `http://127.0.0.1:${await freePort()}` : undefined;
    const nodes: Variant[] = [];
    for (let number = 0; number < count; number += 1) {
      const [beside] = nodes;
      const issuer: Record<string, string> =
        balancer === undefined ? {} : { ISSUER: balancer, PORT: String(await freePort()) };
      const node = await startOurs({
        databaseUrl: urlOf(url, 'ours'),
        env: { ...env, ...issuer },
        execArgv: [],
        ...(beside && { beside }),
      });
      cleanup.push(() => node.stop());
      nodes.push(node);
    }
    if (balancer !== undefined) {
      const { stop } = await startBalancer(balancer, nodes);
      cleanup.push(stop);
    }
    const origin = balancer ?? (nodes[0] as Variant).origin;
    return Promise.race([work(nodes, origin), stopped, ...nodes.map(({ ended }) => ended)]);
  });
}

interface RunningPostgres {
  readonly url: string;
  readonly postmaster: number;
  /** What to do afterwards, in reverse order. */
  readonly cleanup: (() => Promise<unknown>)[];
}

/** Runs `work` beside a PostgreSQL with empty databases, and removes everything afterwards. */
export async function withPostgres<T>(
  work: (postgres: RunningPostgres, stopped: Promise<never>) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  const cleanup: (() => Promise<unknown>)[] = [];
  const stopped = interruption();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'vcauth-bench-'));
    cleanup.push(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o711);
    const postgres = await startEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      systemDir: join(folder, 'system'),
      onLog: () => {},
      settings,
    });
    cleanup.push(() => postgres.stop());
    return await work({ url: postgres.url, postmaster: await prepare(postgres.url), cleanup }, stopped);
  } finally {
    for (const step of cleanup.reverse()) await step().catch((error) => process.stderr.write(`${error}\n`));
  }
}

/** Returns a promise that rejects on signals, so that everything is removed then too. */
function interruption(): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });
  stopped.catch(() => {});
  return stopped;
}

const databases = ['ours', 'small', 'naive', 'node-oauth2-server'] as const;

async function analyze(adminUrl: string): Promise<void> {
  for (const name of databases) {
    const client = new pg.Client({ connectionString: urlOf(adminUrl, name) });
    await client.connect();
    await client.query('ANALYZE');
    await client.end();
  }
}

async function prepare(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const name of databases) await client.query(`CREATE DATABASE "${name}"`);
    const { rows } = await client.query("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid");
    return rows[0].pid;
  } finally {
    await client.end();
  }
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
