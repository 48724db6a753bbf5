/** `npm run bench:growth`: see README.md in the folder above. */
import { totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { writeTables } from '../document.ts';
import { type Plan, repeat, type Sample, takeSample } from '../measure.ts';
import { growthOf, rssOf } from '../memory.ts';
import { median } from '../percentile.ts';
import { pinToOneCpu } from '../pin.ts';
import { type OurStage, onOurStages } from '../stage.ts';
import { type Calls, createCalls, type OperationName } from './calls.ts';
import { addApps, checkDisk, databaseBytes, fill } from './fill.ts';
import { type Cost, format, type Grown, type Memory, type Pair, type Size } from './report.ts';
import { type Batch, nextBatch } from './shape.ts';

const { values: flags } = parseArgs({
  options: {
    /** The first is measured in turns with each of the others. */
    sizes: { type: 'string', default: '1e4,1e6,1e7' },
    /** Requests for the level of memory; 0 for none. */
    requests: { type: 'string', default: '300000' },
    /** MB that PostgreSQL keeps blocks in. */
    'shared-buffers': { type: 'string' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    /** Into docs/performance.md too. */
    write: { type: 'boolean', default: false },
  },
});

const sizes = flags.sizes.split(',').map(Number);
if (sizes.length < 2 || !sizes.every((size, index) => size >= 1e4 && size <= 2e7 && size > (sizes[index - 1] ?? 0)))
  throw new Error('--sizes takes two or more rising numbers from 1e4 to 2e7, such as 1e4,1e6');
const [smallest = 0, ...larger] = sizes;
const requests = Number(flags.requests);

const callers = 8;
const plan: Pick<Plan, 'rounds' | 'windowMs'> = { rounds: 7, windowMs: 1_000 };
/** The first compiles the code, the others only fill caches. A first authorization uses its person up. */
const warmUp = { first: { ms: 20_000, calls: 3_000 }, later: { ms: 6_000, calls: 1_000 } };
const maxNewcomers = { warmUp: 300, window: 50 };
const operations: readonly OperationName[] = ['refresh', 'introspection', 'first authorization', 'revocation'];

/** Half of the memory, as for a machine that has a large database and little else. */
const sharedBuffersMb = Number(flags['shared-buffers'] ?? Math.floor(totalmem() / 2 ** 20 / 2));
if (!(sharedBuffersMb >= 16)) throw new Error('--shared-buffers takes a number of MB, such as 4096');
const settings = {
  shared_buffers: `${sharedBuffersMb}MB`,
  maintenance_work_mem: '512MB',
  // A fill would otherwise be a series of checkpoints.
  max_wal_size: '8GB',
};

/** A server with a database of some size, and what is called there. */
interface Side {
  readonly stage: OurStage;
  readonly calls: Calls;
  readonly batches: Batch[];
}

await checkDisk(Math.max(...sizes));
const startedMs = performance.now();
const where = pinToOneCpu();
const measured = await onOurStages(
  { PASSWORD_HASHING: 'off' },
  ['small', 'ours'],
  ([small, ours]) => measureAll(small as OurStage, ours as OurStage),
  settings,
);
const grown: Grown = { ...measured, where, sharedBuffersMb, seconds: (performance.now() - startedMs) / 1000 };
const style = flags.markdown ? 'markdown' : 'text';
process.stdout.write(flags.json ? `${JSON.stringify(grown, null, 2)}\n` : format(grown, style));
if (flags.write) await writeTables('growth', format(grown, 'markdown'));

async function measureAll(small: OurStage, ours: OurStage): Promise<Pick<Grown, 'sizes' | 'pairs' | 'memory'>> {
  const [base, side] = [await sideOf(small), await sideOf(ours)];
  const filled: Size[] = [await grow(base, smallest)];
  const pairs: Pair[] = [];
  for (const grants of larger) {
    filled.push(await grow(side, grants));
    for (const operation of operations) pairs.push(await costsOf(operation, grants, base, side));
  }
  const order = ({ operation }: Pair) => operations.indexOf(operation as OperationName);
  pairs.sort((a, b) => order(a) - order(b) || a.grants - b.grants);
  return { sizes: filled, pairs, memory: requests > 0 ? await memoryLevel(side) : undefined };
}

async function sideOf(stage: OurStage): Promise<Side> {
  await addApps(stage.databaseUrl);
  return { stage, calls: await createCalls(stage.variant, stage.databaseUrl, callers), batches: [] };
}

async function grow({ stage: { databaseUrl }, calls, batches }: Side, grants: number): Promise<Size> {
  progress(`filling up to ${grants} grants`);
  const startedMs = performance.now();
  const batch = nextBatch(batches.at(-1), grants);
  await fill(databaseUrl, batch, calls.templateId);
  batches.push(batch);
  calls.use(batches);
  const fillSeconds = (performance.now() - startedMs) / 1000;
  return { grants, fillSeconds, databaseBytes: await databaseBytes(databaseUrl) };
}

/** The windows take turns, so that a busy moment of the machine affects both. */
async function costsOf(operation: OperationName, grants: number, base: Side, side: Side): Promise<Pair> {
  progress(`measuring ${operation} at ${grants} grants`);
  const sides = [base, side].map((one) => ({
    ...one,
    list: one.calls.of(operation),
    samples: [] as Sample[],
    done: 0,
  }));
  const { ms, calls } = grants === larger[0] ? warmUp.first : warmUp.later;
  const isFirst = operation === 'first authorization';
  // A revocation uses its family up.
  const maxOf = (size: number) => (operation === 'revocation' ? Math.floor(size / 40) : Number.POSITIVE_INFINITY);
  const sizeOf = (one: Side) => (one === sides[0] ? smallest : grants);
  for (const one of sides)
    await repeat(one.list, ms, Math.min(isFirst ? maxNewcomers.warmUp : calls, maxOf(sizeOf(one))));
  const before = await Promise.all(sides.map(({ stage }) => blocksOf(stage.databaseUrl)));
  for (let round = 0; round < plan.rounds; round++) {
    for (const one of sides) {
      const { variant, postmaster } = one.stage;
      const maxCalls = isFirst ? maxNewcomers.window : maxOf(sizeOf(one));
      const sample = await takeSample(variant, postmaster, () => repeat(one.list, plan.windowMs, maxCalls));
      one.done += sample.latenciesMs.length;
      one.samples.push(sample);
    }
  }
  const costs = await Promise.all(
    sides.map(async ({ stage, samples, done }, index): Promise<Cost> => {
      const after = await blocksOf(stage.databaseUrl);
      return {
        server: median(samples.map(({ server }) => server)),
        database: median(samples.map(({ database }) => database)),
        hit: (after.hit - (before[index]?.hit ?? 0)) / done,
        read: (after.read - (before[index]?.read ?? 0)) / done,
      };
    }),
  );
  return { operation, grants, smallest: costs[0] as Cost, cost: costs[1] as Cost };
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

async function memoryLevel({ calls, stage: { variant } }: Side): Promise<Memory> {
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
