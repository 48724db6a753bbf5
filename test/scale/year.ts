/** How many rows, bytes and statements a year takes, from what was measured of one of each. */

/** What was measured of a kind of row: its share of heap, indexes and TOAST. */
export type RowBytes = Readonly<Record<'accounts' | 'consents' | 'grants' | 'sessions' | 'audit events', number>>;

/** What was measured of an operation. */
export interface Cost {
  readonly statements: number;
  readonly walBytes: number;
}
type Operation =
  | 'sign-in'
  | 'authorization with sign-in'
  | 'authorization'
  | 'refresh'
  | 'introspection'
  | 'revocation';
export type Costs = Readonly<Record<Operation, Cost>>;

/** How people behave; docs/scale.md explains each. */
const model = {
  people: 10_000_000,
  appsPerPerson: 3,
  /** Families that were refreshed within 30 days; older ones are purged. */
  familiesPerPerson: 2.5,
  /** Sessions that have not expired. */
  sessionsPerPerson: 1.5,
  /** Audit events that each operation adds; a year is less than the time for which they are kept by default. */
  auditEvents: { 'sign-in': 1, 'authorization with sign-in': 2, revocation: 1 } as Partial<Record<Operation, number>>,
  perPersonAndDay: {
    'sign-in': 0.1,
    'authorization with sign-in': 0.01,
    authorization: 0.1,
    refresh: 4,
    introspection: 2,
    revocation: 0.005,
  } as Readonly<Record<Operation, number>>,
  /** The busiest second against the mean. */
  peak: 3,
} as const;

const secondsPerDay = 86_400;
const days = 365;

export function simulate(bytes: RowBytes, costs: Costs) {
  const { people, perPersonAndDay, peak } = model;
  const operations = Object.entries(perPersonAndDay) as [Operation, number][];
  const eventsPerDay =
    operations.reduce((sum, [name, times]) => sum + times * (model.auditEvents[name] ?? 0), 0) * people;
  const rows: Record<keyof RowBytes, number> = {
    accounts: people,
    consents: people * model.appsPerPerson,
    grants: people * model.familiesPerPerson,
    sessions: people * model.sessionsPerPerson,
    'audit events': eventsPerDay * days,
  };
  const tables = (Object.keys(rows) as (keyof RowBytes)[]).map((table) => ({
    table,
    rows: rows[table],
    bytesPerRow: Math.round(bytes[table]),
    gigabytes: Math.round((rows[table] * bytes[table]) / 1e9),
  }));
  const load = operations.map(([operation, times]) => {
    const perSecond = (times * people) / secondsPerDay;
    const { statements, walBytes } = costs[operation];
    return {
      operation,
      perSecond: Math.round(perSecond),
      statements,
      statementsPerSecond: Math.round(perSecond * statements),
      atPeak: Math.round(perSecond * statements * peak),
      walBytes: Math.round(walBytes),
      walGigabytesPerDay: Math.round((perSecond * secondsPerDay * walBytes) / 1e9),
    };
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const total = {
    gigabytes: sum(tables.map(({ gigabytes }) => gigabytes)),
    statementsPerSecond: sum(load.map(({ statementsPerSecond }) => statementsPerSecond)),
    atPeak: sum(load.map(({ atPeak }) => atPeak)),
    walGigabytesPerDay: sum(load.map(({ walGigabytesPerDay }) => walGigabytesPerDay)),
  };
  return { tables, load, total };
}
