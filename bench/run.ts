/** `npm run bench`: see README.md in this folder. */
import { parseArgs } from 'node:util';
import { measure, type Plan, type Samples } from './measure.ts';
import { type Operation, operations } from './operations.ts';
import { verificationCostMs } from './password-cost.ts';
import { pinToOneCpu } from './pin.ts';
import { asText, summarize } from './report.ts';
import { onStage, type Stage } from './stage.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    spread: { type: 'boolean', default: false },
    hashing: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    set: { type: 'string', multiple: true, default: [] },
    profile: { type: 'string' },
  },
});

/** `totalMs` is the time by which the last round of the last operation must have begun. */
const pace = flags.quick
  ? { rounds: 3, warmUpMs: 300, windowMs: 150, totalMs: 12_500 }
  : { rounds: 5, warmUpMs: 20_000, windowMs: 500, totalMs: 120_000 };

const begun = performance.now();
const where = flags.spread ? 'spread over all CPUs' : pinToOneCpu();
const costMs = await verificationCostMs();
const env = Object.fromEntries(flags.set.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
const chosen = operations.filter(({ name }) => flags.only.length === 0 || flags.only.includes(name));
if (chosen.length === 0) throw new Error(`--only takes ${operations.map(({ name }) => `"${name}"`).join(', ')}`);
const measured = await onStage({ hashing: flags.hashing, env, profileDir: flags.profile }, measureAll);
const passwords = flags.hashing
  ? `verified with argon2id in every variant, ${costMs} ms of CPU each: most of a first authorization`
  : `argon2id is left out in every variant; it would add ${costMs} ms of CPU to each first authorization`;
const result = summarize(measured, { seconds: (performance.now() - begun) / 1000, where, passwords });
process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : asText(result));

async function measureAll({ variants, ...database }: Stage): Promise<Map<string, Samples>> {
  const measured = new Map<string, Samples>();
  for (const [index, operation] of chosen.entries()) {
    progress(operation);
    const plan: Plan = { ...pace, deadline: shareOf(index) };
    measured.set(operation.name, await measure(operation, variants, { plan, ...database }));
  }
  return measured;
}

/** Returns the deadline of an operation: its share of the remaining time. */
function shareOf(index: number): number {
  const now = performance.now();
  return now + (begun + pace.totalMs - now) / (chosen.length - index);
}

function progress({ name }: Operation): void {
  if (process.stderr.isTTY) process.stderr.write(`measuring ${name} …\n`);
}
