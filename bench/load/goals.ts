/** Goals under load, and what is published of other servers. */
import type { Measured } from './run.ts';

export interface LoadGoal {
  readonly name: string;
  readonly unit: string;
  readonly limit: number;
  /** Whether the measured value must be at least the limit; otherwise at most. */
  readonly atLeast?: true;
  /** Undefined if the run was too short to tell. */
  measure(measured: Measured): number | undefined;
}

const overloads = ['2 ×', '4 ×'] as const;

export const goals: readonly LoadGoal[] = [
  ...overloads.flatMap((name): LoadGoal[] => [
    {
      name: `goodput at ${name} capacity`,
      unit: 'of capacity',
      limit: 0.8,
      atLeast: true,
      measure: ({ capacity, segments }) => perSecond(segments[name]) / capacity,
    },
    {
      name: `p99 of what is accepted at ${name} capacity`,
      unit: 'ms',
      limit: 1_000,
      measure: ({ segments }) => segments[name].p99,
    },
    {
      name: `slowest /healthz of a hundred at ${name} capacity`,
      unit: 'ms',
      limit: 100,
      measure: ({ segments }) => segments[name].healthP99,
    },
    {
      name: `slowest /readyz of a hundred at ${name} capacity`,
      unit: 'ms',
      limit: 100,
      measure: ({ segments }) => segments[name].readyP99,
    },
    {
      name: `recovered after ${name} capacity`,
      unit: 'ms',
      limit: 1_000,
      measure: ({ segments }) => segments[`after ${name}`].recoveredMs ?? Number.POSITIVE_INFINITY,
    },
  ]),
  {
    name: 'token families lost',
    unit: '',
    limit: 0,
    measure: ({ segments }) => Object.values(segments).reduce((sum, { familiesLost }) => sum + familiesLost, 0),
  },
  { name: 'reuse alarms', unit: '', limit: 0, measure: ({ alarms }) => alarms },
  {
    name: 'p99 of refreshes under 150 guesses a second',
    unit: '× of idle',
    limit: 3,
    measure: ({ segments }) => segments.guesses.p99 / segments.idle.p99,
  },
  {
    name: 'growth of memory at 0.7 × capacity',
    unit: '% of RSS',
    limit: 5,
    measure: ({ growth }) => growth && growth * 100,
  },
];

function perSecond({ completed, seconds }: { completed: number; seconds: number }): number {
  return completed / seconds;
}

/** What others have published, per vCPU of the server and second. See docs/performance of each. */
export const published: readonly (readonly [who: string, ...perSecond: string[]])[] = [
  ['Cloudentity ACP 1.9, about 2021 (64 vCPU, 24 for a cache, PostgreSQL)', '1230', '875', '–', '–'],
  ['WSO2 API Manager, JDK 21 (4 vCPU)', '247', '107', '–', '–'],
  ['Keycloak sizing guide 26', '120', '120', '–', '15'],
  ['ZITADEL 4.19, September 2026 (42 vCPU, 8 for PostgreSQL)', '–', '–', '115', '2'],
];
