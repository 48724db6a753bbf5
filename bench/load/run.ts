/** `npm run bench:load`: see README.md in the folder above. */
import { parseArgs } from 'node:util';
import { cpuOfTree } from '../cpu.ts';
import { get } from '../http.ts';
import { growthOf } from '../memory.ts';
import { onOurStage } from '../stage.ts';
import type { Variant } from '../variant.ts';
import type { OperationName, Target } from './clients.ts';
import { progress, runSegments, type SegmentResult, startGenerator } from './driver.ts';
import type { Segment, Share } from './generator.ts';
import { format } from './report.ts';

const { values: flags } = parseArgs({
  options: {
    /** Duration of all segments together; starting and preparing comes on top. */
    seconds: { type: 'string', default: '480' },
    families: { type: 'string' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

const seconds = Math.min(Math.max(Number(flags.seconds), 20), 3_600);
const familyCount = Math.min(Number(flags.families ?? Math.max(150, seconds * 2.5)), 1_200);

/** The shares of the segments; the last one takes most of a long run, to see whether memory grows. */
const short = Math.min(seconds / 14, 12);
const durations = { single: short * 0.6, capacity: short, overload: short * 1.5, after: short * 0.6, guesses: short };

const mix: readonly Share[] = [
  { name: 'refresh', weight: 10 },
  { name: 'client_credentials', weight: 5 },
  { name: 'introspection', weight: 5 },
  { name: 'sign-in', weight: 1 },
];

type SegmentName = 'warm-up' | 'capacity' | '2 ×' | 'after 2 ×' | '4 ×' | 'after 4 ×' | 'idle' | 'guesses' | '0.7 ×';

export interface Measured {
  readonly seconds: number;
  /** Operations of the mix per second. */
  readonly capacity: number;
  readonly segments: Readonly<Record<SegmentName, SegmentResult>>;
  /** Operations per second of CPU, of the server alone and with its database. */
  readonly singles: Readonly<Record<string, { readonly server: number; readonly together: number }>>;
  readonly alarms: number;
  /** Growth of resident memory from the second to the last third of the long segment; undefined if it was short. */
  readonly growth: number | undefined;
}

/** A minute of load says nothing about memory. */
const minGrowthSeconds = 60;

const measured = await onOurStage({ RATE_LIMITS: 'on', TRUST_PROXY: 'true', PASSWORD_HASHING: 'on' }, measureAll);
process.stdout.write(
  flags.json ? `${JSON.stringify(measured, null, 2)}\n` : format(measured, flags.markdown ? 'markdown' : 'text'),
);

async function measureAll({ variant, postmaster }: { variant: Variant; postmaster: number }): Promise<Measured> {
  const generator = startGenerator();
  try {
    const startedMs = performance.now();
    await generator.order({ do: 'target', target: targetOf(variant) });
    progress(`preparing ${familyCount} token families`);
    await generator.order({ do: 'families', count: familyCount });
    const before = await alarmsOf(variant);
    const run = (segments: readonly Segment[]) =>
      runSegments(generator, { origin: variant.origin, pids: [variant.pid] }, segments);
    await run([{ name: 'warm-up', seconds: durations.capacity, mix, load: { callers: 24 } }]);
    const [capacityTally] = await run([{ name: 'capacity', seconds: durations.capacity, mix, load: { callers: 24 } }]);
    const { completed, seconds: took } = capacityTally as SegmentResult;
    const capacity = completed / took;
    progress(`capacity ${capacity.toFixed(0)} operations per second`);
    const singles: Record<string, { server: number; together: number }> = {};
    for (const { name } of mix) singles[name] = await single(name, run, { variant, postmaster });
    const names = ['capacity'];
    const results: SegmentResult[] = [capacityTally as SegmentResult];
    for (const group of groups(capacity)) {
      results.push(...(await run(group)));
      names.push(...group.map(({ name }) => name));
    }
    const segments = Object.fromEntries(names.map((name, index) => [name, results[index]])) as Measured['segments'];
    return {
      seconds: (performance.now() - startedMs) / 1000,
      capacity,
      segments,
      singles,
      alarms: (await alarmsOf(variant)) - before,
      growth: segments['0.7 ×'].seconds < minGrowthSeconds ? undefined : growthOf(segments['0.7 ×'].rss),
    };
  } finally {
    generator.stop();
  }
}

/** Segments of a group follow each other without a pause. */
function groups(capacity: number): readonly (readonly Segment[])[] {
  const at = (name: SegmentName, factor: number, duration: number): Segment => ({
    name,
    seconds: duration,
    mix,
    load: { rate: capacity * factor },
  });
  const refreshes: Share = { name: 'refresh', weight: 1 };
  const rest = seconds - 2 * durations.capacity - 4 * durations.single - 2 * (durations.overload + durations.after);
  return [
    [at('2 ×', 2, durations.overload), at('after 2 ×', 0.5, durations.after)],
    [at('4 ×', 4, durations.overload), at('after 4 ×', 0.5, durations.after)],
    [{ name: 'idle', seconds: durations.guesses, mix: [refreshes], load: { rate: 30 } }],
    [
      {
        name: 'guesses',
        seconds: durations.guesses,
        mix: [{ ...refreshes }, { name: 'guess', weight: 5 }],
        load: { rate: 180 },
      },
    ],
    [at('0.7 ×', 0.7, Math.min(Math.max(rest - 2 * durations.guesses, durations.capacity), 300))],
  ];
}

type Run = (segments: readonly Segment[]) => Promise<SegmentResult[]>;

/** One operation alone, for comparison with what others publish. */
async function single(
  name: OperationName,
  run: Run,
  { variant, postmaster }: { variant: Variant; postmaster: number },
): Promise<{ server: number; together: number }> {
  const [server, database] = [cpuOfTree(variant.pid), cpuOfTree(postmaster)];
  const [tally] = await run([
    { name, seconds: durations.single, mix: [{ name, weight: 1 }], load: { callers: name === 'sign-in' ? 8 : 16 } },
  ]);
  const spent = { server: cpuOfTree(variant.pid) - server, database: cpuOfTree(postmaster) - database };
  const { completed } = tally as SegmentResult;
  return {
    server: (completed / spent.server) * 1e6,
    together: (completed / (spent.server + spent.database)) * 1e6,
  };
}

function targetOf({ origin, app, service, gateway }: Variant): Target {
  return { origin, app, service, gateway };
}

async function alarmsOf({ metrics }: Variant): Promise<number> {
  const { text } = await get(`${metrics}/metrics`);
  return Number(/^oauth_refresh_token_reuse_total (\d+)/m.exec(text)?.[1]);
}
