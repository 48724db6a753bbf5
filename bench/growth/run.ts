/** `npm run bench:growth`: see README.md in the folder above. */
import { totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Plan, repeat, takeSample } from '../measure.ts';
import { growthOf, rssOf } from '../memory.ts';
import { median } from '../percentile.ts';
import { pinToOneCpu } from '../pin.ts';
import { type OurStage, onOurStage } from '../stage.ts';
import { type Calls, createCalls, type OperationName } from './calls.ts';
import { addApps, checkDisk, databaseBytes, fill } from './fill.ts';
import { type Cost, format, type Grown, type Memory, type Size } from './report.ts';
import { type Batch, nextBatch } from './shape.ts';

const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1e4,1e6,1e7' },
    /** Requests for the level of memory; 0 for none. */
    requests: { type: 'string', default: '300000' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

const sizes = flags.sizes.split(',').map(Number);
if (!sizes.every((size, index) => size >= 1e4 && size <= 2e7 && size > (sizes[index - 1] ?? 0)))
  throw new Error('--sizes takes rising numbers from 1e4 to 2e7, such as 1e4,1e6');
const requests = Number(flags.requests);

const callers = 8;
const plan: Pick<Plan, 'rounds' | 'windowMs'> = { rounds: 5, windowMs: 1_000 };
/** The first size compiles the code, the others only fill caches. */
const warmUp = { first: { ms: 20_000, calls: 3_000 }, later: { ms: 6_000, calls: 1_000 } };
const operations: readonly OperationName[] = ['refresh', 'introspection', 'first authorization', 'revocation'];

/** A quarter of the memory, as PostgreSQL's documentation recommends. */
const sharedBuffersMb = Math.min(4_096, Math.floor(totalmem() / 2 ** 20 / 4));
const settings = {
  shared_buffers: `${sharedBuffersMb}MB`,
  maintenance_work_mem: '512MB',
  // A fill would otherwise be a series of checkpoints.
  max_wal_size: '8GB',
};

await checkDisk(Math.max(...sizes));
const startedMs = performance.now();
const where = pinToOneCpu();
const measured = await onOurStage({ PASSWORD_HASHING: 'off' }, measureAll, settings);
const grown: Grown = { ...measured, where, sharedBuffersMb, seconds: (performance.now() - startedMs) / 1000 };
const style = flags.markdown ? 'markdown' : 'text';
process.stdout.write(flags.json ? `${JSON.stringify(grown, null, 2)}\n` : format(grown, style));

async function measureAll(stage: OurStage): Promise<Pick<Grown, 'sizes' | 'costs' | 'memory'>> {
  const { variant, databaseUrl } = stage;
  await addApps(databaseUrl);
  const calls = await createCalls(variant, databaseUrl, callers);
  const batches: Batch[] = [];
  const filled: Size[] = [];
  const costs: Cost[] = [];
  for (const grants of sizes) {
    progress(`filling up to ${grants} grants`);
    const fillStartedMs = performance.now();
    const batch = nextBatch(batches.at(-1), grants);
    await fill(databaseUrl, batch, calls.templateId);
    batches.push(batch);
    calls.use(batches);
    const fillSeconds = (performance.now() - fillStartedMs) / 1000;
    filled.push({ grants, fillSeconds, databaseBytes: await databaseBytes(databaseUrl) });
    for (const operation of operations) costs.push(await costOf(operation, grants, calls, stage));
  }
  const order = (cost: Cost) => operations.indexOf(cost.operation as OperationName);
  costs.sort((a, b) => order(a) - order(b) || a.grants - b.grants);
  return { sizes: filled, costs, memory: requests > 0 ? await memoryLevel(calls, stage) : undefined };
}

async function costOf(operation: OperationName, grants: number, calls: Calls, stage: OurStage): Promise<Cost> {
  const { variant, postmaster, databaseUrl } = stage;
  progress(`measuring ${operation} at ${grants} grants`);
  const list = calls.of(operation);
  const { ms, calls: count } = grants === sizes[0] ? warmUp.first : warmUp.later;
  // A revocation uses its family up, and a first authorization its person.
  const maxCalls = operation === 'revocation' ? Math.floor(grants / 20) : Number.POSITIVE_INFINITY;
  const blocks = await blocksOf(databaseUrl);
  let done = (await repeat(list, ms, Math.min(count, maxCalls))).latenciesMs.length;
  const samples = [];
  for (let round = 0; round < plan.rounds; round++) {
    const sample = await takeSample(variant, postmaster, () => repeat(list, plan.windowMs, maxCalls));
    done += sample.latenciesMs.length;
    samples.push(sample);
  }
  const after = await blocksOf(databaseUrl);
  return {
    operation,
    grants,
    server: median(samples.map(({ server }) => server)),
    database: median(samples.map(({ database }) => database)),
    hit: (after.hit - blocks.hit) / done,
    read: (after.read - blocks.read) / done,
  };
}

/** Backends report these numbers about once a second, so that a few at the beginning and the end are missed. */
async function blocksOf(databaseUrl: string): Promise<{ hit: number; read: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT blks_hit::float8 AS hit, blks_read::float8 AS read FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

async function memoryLevel(calls: Calls, { variant }: OurStage): Promise<Memory> {
  progress(`memory over ${requests} requests`);
  const list = calls.mix();
  const rss: number[] = [];
  const parts = 20;
  for (let part = 0; part < parts; part++) {
    await repeat(list, Number.POSITIVE_INFINITY, requests / parts);
    rss.push(rssOf(variant.pid));
  }
  return { requests, rss, growth: growthOf(rss) };
}

function progress(text: string): void {
  process.stderr.write(`${text} …\n`);
}
