/** `npm run bench:floods`: see README.md in the folder above. */
import { parseArgs } from 'node:util';
import { progress, runSegments, type SegmentResult, startGenerator } from '../load/driver.ts';
import type { Segment, Share } from '../load/generator.ts';
import { onOurNodes } from '../stage.ts';
import type { Variant } from '../variant.ts';
import { noBalancer } from './balancer.ts';
import { format } from './report.ts';

const { values: flags } = parseArgs({
  options: {
    /** Duration of all segments of one setup; starting and preparing comes on top. */
    seconds: { type: 'string', default: '84' },
    /** Setups: one, three, or both. */
    nodes: { type: 'string', default: '1,3' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

const maxSeconds = Math.min(Math.max(Number(flags.seconds), 20), 100);
const setups = flags.nodes.split(',').map(Number);
const families = 400;
/** Of one network each, so that no caller is limited for being one. */
const addresses = 500;
/** Callers that wait for their answers, who find the capacity. */
const callers = 24;

const mix: readonly Share[] = [
  { name: 'refresh', weight: 10 },
  { name: 'client_credentials', weight: 5 },
  { name: 'introspection', weight: 5 },
  { name: 'sign-in', weight: 1 },
];

/** How much of the capacity comes while nothing is scarce, and how many times the capacity in a flood. */
const [calm, flood] = [0.3, 4];

export type FloodName = 'calm' | 'when told' | 'soon' | 'after' | 'refreshes' | 'refreshes and sign-ins';

export interface Flooded {
  readonly nodes: number;
  /** Operations of the mix per second, as measured first. The rates of all segments are multiples of it. */
  readonly capacity: number;
  /** The mean of the capacities measured right before and after each flood: others may use the machine too. */
  readonly around: Readonly<Record<'when told' | 'soon', number>>;
  readonly segments: Readonly<Record<FloodName, SegmentResult>>;
}

/** A run ends within four minutes: on a slow machine, where everything around the segments takes longer, they are shorter. */
const limitSeconds = 230;
/** Starting, preparing families, and waiting for what is still open: a guess, and then as long as it took before. */
let aroundSeconds = 35;

let seconds = maxSeconds;
const results: Flooded[] = [];
for (const [index, count] of setups.entries()) {
  const left = (limitSeconds - performance.now() / 1000) / (setups.length - index) - aroundSeconds;
  seconds = Math.min(maxSeconds, Math.max(left, 20));
  const beganMs = performance.now();
  if (count > 1 && noBalancer !== undefined) progress(`three nodes are left out: ${noBalancer}`);
  else
    results.push(await onOurNodes({ RATE_LIMITS: 'on', TRUST_PROXY: 'true', PASSWORD_HASHING: 'on' }, count, measure));
  aroundSeconds = Math.max(aroundSeconds, (performance.now() - beganMs) / 1000 - seconds);
}
process.stdout.write(
  flags.json ? `${JSON.stringify(results, null, 2)}\n` : format(results, flags.markdown ? 'markdown' : 'text'),
);

async function measure(nodes: readonly Variant[], origin: string): Promise<Flooded> {
  const [{ app, service, gateway }] = nodes as [Variant];
  const generator = startGenerator();
  const run = (segments: readonly Segment[]) =>
    runSegments(generator, { origin, pids: nodes.map(({ pid }) => pid) }, segments);
  const part = (share: number) => (seconds * share) / 84;
  try {
    await generator.order({ do: 'target', target: { origin, app, service, gateway, addresses } });
    progress(`${nodes.length} nodes: preparing ${families} token families`);
    await generator.order({ do: 'families', count: families });
    const closed = async (name: string, share: number, of: readonly Share[] = mix, load = callers) => {
      const [tally] = await run([{ name, seconds: part(share), mix: of, load: { callers: load } }]);
      const { completed, seconds: took } = tally as SegmentResult;
      progress(`${name}: ${(completed / took).toFixed(0)} operations per second`);
      return completed / took;
    };
    await closed('warm-up', 6);
    const signIns = await closed('sign-ins alone', 4, [{ name: 'sign-in', weight: 1 }], 8);
    const capacity = await closed('capacity', 6);
    const at = (name: FloodName, share: number, factor: number, retry?: Segment['retry']): Segment => ({
      name,
      seconds: part(share),
      mix,
      load: { rate: capacity * factor },
      ...(retry && { retry }),
    });
    const refreshes = Math.max(1, Math.round(capacity * calm));
    const beside = Math.max(1, Math.round(signIns * flood));
    const only: Share = { name: 'refresh', weight: refreshes };
    const segments: Partial<Record<FloodName, SegmentResult>> = {};
    const all = async (...group: readonly Segment[]) => {
      const tallies = await run(group);
      for (const [index, { name }] of group.entries()) segments[name as FloodName] = tallies[index] as SegmentResult;
    };
    await all(at('calm', 8, calm));
    await all(at('when told', 12, flood, 'when told'));
    const between = await closed('capacity', 6);
    await all(at('soon', 12, flood, 'soon'), at('after', 6, calm));
    const last = await closed('capacity', 6);
    await all({ name: 'refreshes', seconds: part(6), mix: [only], load: { rate: refreshes } });
    await all({
      name: 'refreshes and sign-ins',
      seconds: part(12),
      mix: [only, { name: 'sign-in', weight: beside }],
      load: { rate: refreshes + beside },
      retry: 'when told',
    });
    const around = { 'when told': (capacity + between) / 2, soon: (between + last) / 2 };
    return { nodes: nodes.length, capacity, around, segments: segments as Flooded['segments'] };
  } finally {
    generator.stop();
  }
}
