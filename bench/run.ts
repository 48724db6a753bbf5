/** `npm run bench`: see README.md in this folder. */
import { parseArgs } from 'node:util';
import { writeTables } from './document.ts';
import { fullIdle, type Idle, measureIdle } from './idle.ts';
import { measure, type Plan } from './measure.ts';
import { operations } from './operations.ts';
import { verificationCostMs } from './password-cost.ts';
import { pinToOneCpu } from './pin.ts';
import { format, type Measurement, summarize } from './report.ts';
import { onStage, type Stage } from './stage.ts';
import type { Variant } from './variant.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    spread: { type: 'boolean', default: false },
    hashing: { type: 'boolean', default: false },
    callers: { type: 'string', default: '8,32' },
    only: { type: 'string', multiple: true, default: [] },
    set: { type: 'string', multiple: true, default: [] },
    profile: { type: 'string' },
  },
});

/** `totalMs` is the time by which the last round of the last operation must have begun. */
const pace = flags.quick
  ? { rounds: 3, warmUpMs: 300, windowMs: 150, totalMs: 25_000, idle: { settleSeconds: 5, seconds: 3 } }
  : { rounds: 9, warmUpMs: 60_000, windowMs: 500, totalMs: 540_000, idle: fullIdle };

const callers = flags.callers.split(',').map(Number);
if (!callers.every((count) => Number.isInteger(count) && count > 0 && count <= 64))
  throw new Error('--callers takes numbers from 1 to 64, such as 8,32');

const begun = performance.now();
const where = flags.spread ? 'spread over all CPUs' : pinToOneCpu();
const costMs = await verificationCostMs();
const env = Object.fromEntries(flags.set.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
const isChosen = (name: string) => flags.only.length === 0 || flags.only.includes(name);
/** Each operation with each number of callers. */
const cases = operations
  .filter(({ name }) => isChosen(name))
  .flatMap((operation) => operation.callers(callers).map((count, nth) => ({ operation, callers: count, nth })));
if (cases.length === 0 && !isChosen('idle'))
  throw new Error(`--only takes ${[...operations.map(({ name }) => `"${name}"`), '"idle"'].join(', ')}`);
let idle: Idle | undefined;
const whileAlone = async (ours: Variant, postmaster: number) => {
  if (isChosen('idle')) idle = await measureOurIdle(ours, postmaster);
};
const measured = await onStage({ hashing: flags.hashing, env, profileDir: flags.profile, whileAlone }, measureAll);
const passwords = flags.hashing
  ? `verified with argon2id in every variant, ${costMs} ms of CPU each: most of a first authorization`
  : `argon2id is left out in every variant; it would add ${costMs} ms of CPU to each first authorization`;
const result = summarize(measured, { seconds: (performance.now() - begun) / 1000, where, passwords });
const text = flags.json ? `${JSON.stringify(result, null, 2)}\n` : format(result, flags.markdown ? 'markdown' : 'text');
process.stdout.write(text);
if (flags.write) await writeTables('operations', format(result, 'markdown'));

async function measureAll({ variants, ...database }: Stage) {
  const measurements: Measurement[] = [];
  const begunMs = performance.now();
  for (const [index, { operation, callers, nth }] of cases.entries()) {
    progress(`measuring ${operation.name} with ${callers} callers`);
    // What runs is compiled already when an operation is measured with another number of callers.
    const warmUpCalls = nth === 0 ? operation.warmUpCalls : operation.warmUpCalls / 4;
    const plan: Plan = { ...pace, callers, warmUpCalls, deadline: deadlineOf(index, begunMs) };
    const samples = await measure(operation, variants, { plan, ...database });
    measurements.push({ operation: operation.name, callers, samples });
  }
  return { measurements, idle };
}

function measureOurIdle(ours: Variant, postmaster: number): Promise<Idle> {
  progress(`idle for ${pace.idle.seconds} s`);
  return measureIdle(ours, postmaster, pace.idle);
}

/** Returns the deadline of a case: its share of the remaining time. */
function deadlineOf(index: number, begunMs: number): number {
  const now = performance.now();
  return now + (begunMs + pace.totalMs - now) / (cases.length - index);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text} …\n`);
}
