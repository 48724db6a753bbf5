/** `npm run bench`: see README.md beside this file. */
import { parseArgs } from 'node:util';
import { measure, type Plan, type Samples } from './measure.ts';
import { type Operation, operations } from './operations.ts';
import { verificationCost } from './password-cost.ts';
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

/** Milliseconds; `whole` is when the last round of the last operation must have begun. */
const pace = flags.quick
  ? { rounds: 3, warmUp: 300, window: 150, whole: 12_500 }
  : { rounds: 5, warmUp: 20_000, window: 500, whole: 120_000 };

const begun = performance.now();
const where = flags.spread ? 'spread over all CPUs' : pinToOneCpu();
const cost = await verificationCost();
const env = Object.fromEntries(flags.set.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
const chosen = operations.filter(({ name }) => flags.only.length === 0 || flags.only.includes(name));
if (chosen.length === 0) throw new Error(`--only takes ${operations.map(({ name }) => `"${name}"`).join(', ')}`);
const measured = await onStage({ hashing: flags.hashing, env, profileDir: flags.profile }, measureAll);
const passwords = flags.hashing
  ? `verified with argon2id in every variant, ${cost} ms of CPU each: most of a first authorization`
  : `argon2id is left out in every variant; the same ${cost} ms of CPU would come on top of each first authorization`;
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

/** Each operation may begin rounds until its share of what was left at its start is used up. */
function shareOf(index: number): number {
  const now = performance.now();
  return now + (begun + pace.whole - now) / (chosen.length - index);
}

function progress({ name }: Operation): void {
  if (process.stderr.isTTY) process.stderr.write(`measuring ${name} …\n`);
}
