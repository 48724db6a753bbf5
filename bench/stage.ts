/** The stage: one PostgreSQL of its own with a database for each variant that needs one, and the three servers. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts';
import { startEngineVariant } from './engine-variant.ts';
import { startOurs } from './ours.ts';
import type { Variant } from './variant.ts';

export interface StageOptions {
  /** Verify passwords for real, in every variant. */
  readonly hashing: boolean;
  /** Settings of our server beyond what a start needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Where our server leaves a CPU profile. */
  readonly profileDir: string | undefined;
}

export interface Stage {
  readonly variants: readonly Variant[];
  /** Process id of PostgreSQL's first process. */
  readonly postmaster: number;
}

/** Sets up, lets `work` measure, and takes everything down however that ends. */
export async function onStage<T>(options: StageOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), 'vcauth-bench-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o711);
    const postgres = await startEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      systemDir: join(folder, 'system'),
      onLog: () => {},
    });
    undo.push(() => postgres.stop());
    const postmaster = await prepare(postgres.url);
    const variants: Variant[] = [];
    const add = async (starting: Promise<Variant>) => {
      const variant = await starting;
      undo.push(() => variant.stop());
      variants.push(variant);
    };
    const env = { PASSWORD_HASHING: options.hashing ? 'on' : 'off' };
    const profile = options.profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`];
    await add(
      startOurs({ databaseUrl: urlOf(postgres.url, 'ours'), env: { ...env, ...options.env }, execArgv: profile }),
    );
    await add(startEngineVariant('bare', { env }));
    await add(startEngineVariant('naive', { env, databaseUrl: urlOf(postgres.url, 'naive') }));
    return await Promise.race([work({ variants, postmaster }), ...variants.map(({ ended }) => ended)]);
  } finally {
    for (const step of undo.reverse()) await step().catch((error) => process.stderr.write(`${error}\n`));
  }
}

async function prepare(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const name of ['ours', 'naive']) await client.query(`CREATE DATABASE ${name}`);
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
