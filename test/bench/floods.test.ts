/** The pure parts of `npm run bench:floods`: what it says about a goal must follow from what it measured. */
import { describe, expect, it } from 'vitest';
import { floodGoals } from '../../bench/floods/goals.ts';
import { format } from '../../bench/floods/report.ts';
import type { Flooded } from '../../bench/floods/run.ts';

type Segment = Flooded['segments']['calm'];

const segment = (more: Partial<Segment> = {}): Segment => ({
  ...{ seconds: 10, arrived: 4_000, completed: 900, refused: 3_000, failed: 0, skipped: 0, familiesLost: 0 },
  ...{ gaveUp: 0, retried: 0, served: { refresh: 1 }, p50: 5, p99: 40, p99ByKind: { token: 20 }, recoveredMs: 0 },
  ...{ lateP99: 5, healthP99: 5, readyP99: 5, unready: 0, rss: [100, 100, 200, 200] },
  ...more,
});
const flooded = (more: Partial<Flooded['segments']> = {}): Flooded => ({
  nodes: 1,
  capacity: 100,
  around: { 'when told': 100, soon: 120 },
  segments: {
    calm: segment({ p99: 20 }),
    'when told': segment(),
    soon: segment({ completed: 840 }),
    after: segment(),
    refreshes: segment({ p99ByKind: { token: 10 } }),
    'refreshes and sign-ins': segment(),
    ...more,
  },
});
const measured = (name: RegExp, of: Flooded) => floodGoals.find((goal) => name.test(goal.name))?.measure(of);

describe('Goals of floods', () => {
  it('Goodput is a share of the capacity around that flood', () => {
    expect(measured(/goodput.*that honour/, flooded())).toBeCloseTo(0.9);
    expect(measured(/goodput.*that do not/, flooded())).toBeCloseTo(0.7);
  });

  it('Latencies are those of what was accepted, in milliseconds', () => {
    expect(measured(/p99 of what is accepted.*that honour/, flooded())).toBe(40);
    expect(measured(/p99 of token requests/, flooded())).toBe(20);
  });

  it('Memory is compared in the second half of each flood', () => {
    const grown = flooded({ soon: segment({ rss: [900, 900, 300, 300] }) });
    expect([measured(/memory/, flooded()), measured(/memory/, grown)]).toEqual([1, 1.5]);
  });

  it('A report says which goals are met, and nothing if the machine was too busy to send in time', () => {
    const text = format([flooded()], 'text');
    expect(text).toContain('One node: capacity 100 operations per second.');
    expect(text).toMatch(/goodput at 4 × capacity, clients that honour Retry-After +0\.90 +≥ 0\.8 × capacity +met/);
    expect(text).toMatch(/goodput at 4 × capacity, clients that do not +0\.70 +≥ 0\.8 × capacity +NOT MET/);
    const busy = format([flooded({ soon: segment({ lateP99: 300 }) })], 'text');
    expect(busy).not.toMatch(/ met$| NOT MET$/m);
    expect(busy.match(/\(machine too busy\)/g)).toHaveLength(floodGoals.length);
  });
});
