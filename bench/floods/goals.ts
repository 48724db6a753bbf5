/** Goals in a flood: ratios of two figures of the same run, and times (docs/decisions/0141). */
import type { Flooded } from './run.ts';

type Flood = keyof Flooded['around'];

interface FloodGoal {
  readonly name: string;
  readonly unit: string;
  readonly limit: number;
  /** Whether the measured value must be at least the limit; otherwise at most. */
  readonly atLeast?: true;
  measure(flooded: Flooded): number;
}

const behaviours: Readonly<Record<Flood, string>> = {
  'when told': 'clients that honour Retry-After',
  soon: 'clients that do not',
};

const goodput = ({ around, segments }: Flooded, name: Flood): number =>
  segments[name].completed / segments[name].seconds / around[name];
/** The second half of a segment: in the first, code is compiled and buffers grow. */
const settledMemory = ({ segments }: Flooded, name: Flood): number => {
  const rss = segments[name].rss.slice(Math.floor(segments[name].rss.length / 2));
  return rss.reduce((sum, one) => sum + one, 0) / rss.length;
};

export const floodGoals: readonly FloodGoal[] = [
  ...(['when told', 'soon'] as const).flatMap((name): FloodGoal[] => [
    {
      name: `goodput at 4 × capacity, ${behaviours[name]}`,
      unit: '× capacity',
      limit: 0.8,
      atLeast: true,
      measure: (flooded) => goodput(flooded, name),
    },
    {
      name: `p99 of what is accepted, ${behaviours[name]}`,
      unit: 'ms',
      limit: 1_000,
      measure: ({ segments }) => segments[name].p99,
    },
  ]),
  {
    name: 'memory in the second flood',
    unit: '× that in the first',
    limit: 1.1,
    measure: (flooded) => settledMemory(flooded, 'soon') / settledMemory(flooded, 'when told'),
  },
  {
    name: 'refreshes served while sign-ins flood',
    unit: 'of what arrives',
    limit: 0.99,
    atLeast: true,
    measure: ({ segments }) => segments['refreshes and sign-ins'].served.refresh ?? 0,
  },
  {
    name: 'p99 of token requests while sign-ins flood',
    unit: 'ms',
    limit: 250,
    measure: ({ segments }) => segments['refreshes and sign-ins'].p99ByKind.token ?? Number.POSITIVE_INFINITY,
  },
  {
    name: 'token families lost',
    unit: '',
    limit: 0,
    measure: ({ segments }) => Object.values(segments).reduce((sum, { familiesLost }) => sum + familiesLost, 0),
  },
];
