/** The report of `npm run bench:growth`, and whether costs stayed level. */
import { machine } from '../report.ts';
import { paragraph, type Style, table } from '../table.ts';

/** CPU microseconds and 8 kB blocks per operation. */
export interface Cost {
  readonly server: number;
  readonly database: number;
  /** Blocks that were found in shared buffers, and those that were not. */
  readonly hit: number;
  readonly read: number;
}

/** An operation in a large database, and in the smallest one in the same minute. */
export interface Pair {
  readonly operation: string;
  readonly grants: number;
  readonly cost: Cost;
  readonly smallest: Cost;
}

export interface Size {
  readonly grants: number;
  readonly databaseBytes: number;
  readonly fillSeconds: number;
}

export interface Memory {
  readonly requests: number;
  /** Resident memory in bytes after each twentieth of the requests. */
  readonly rss: readonly number[];
  readonly growth: number;
}

export interface Grown {
  readonly where: string;
  readonly seconds: number;
  readonly sharedBuffersMb: number;
  readonly sizes: readonly Size[];
  readonly pairs: readonly Pair[];
  readonly memory: Memory | undefined;
}

/** How many times the cost at the smallest size an operation may cost, and how much memory may grow. */
const limits = { ratio: 1.3, memoryGrowth: 0.05 } as const;

/** Returns the cost of server and database together, as a ratio to that of the same operation in the smallest database. */
export function ratioOf({ cost, smallest }: Pair): number {
  return (cost.server + cost.database) / (smallest.server + smallest.database);
}

export function format({ where, seconds, sharedBuffersMb, sizes, pairs, memory }: Grown, style: Style): string {
  const power = (grants: number) => grants.toLocaleString('en');
  const gb = (bytes: number) => (bytes / 2 ** 30).toFixed(2);
  const columnsOf = ({ server, database, hit, read }: Cost) => [
    server.toFixed(0),
    database.toFixed(0),
    hit.toFixed(1),
    read.toFixed(1),
  ];
  const rows = pairs.flatMap((pair) => {
    const { operation, grants, cost, smallest } = pair;
    const ratio = ratioOf(pair);
    return [
      [operation, power(sizes[0]?.grants ?? 0), ...columnsOf(smallest), '', ''],
      ['', power(grants), ...columnsOf(cost), ratio.toFixed(2), ratio <= limits.ratio ? 'PASS' : 'over'],
    ];
  });
  const head = ['operation', 'grants', 'server', 'database', 'blocks hit', 'read', 'ratio', `≤ ${limits.ratio}`];
  const about = `CPU per operation in microseconds, on random rows of the whole table; blocks are approximate. ${machine()}, ${where}; shared_buffers ${sharedBuffersMb} MB; ${seconds.toFixed(0)} s.`;
  return [
    paragraph(about, style),
    '',
    table(head, rows, style),
    '',
    table(
      ['grants', 'database GB', 'filled in s'],
      sizes.map((size) => [power(size.grants), gb(size.databaseBytes), size.fillSeconds.toFixed(0)]),
      style,
    ),
    ...(memory ? ['', paragraph(formatMemory(memory), style)] : []),
    '',
  ].join('\n');
}

function formatMemory({ requests, rss, growth }: Memory): string {
  const verdict = growth <= limits.memoryGrowth ? 'PASS' : 'over';
  return [
    `Resident memory of the server in MB, after each twentieth of ${requests.toLocaleString('en')} requests:`,
    `${rss.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(' ')}; from the second to the last third ${(growth * 100).toFixed(1)} %, limit ${limits.memoryGrowth * 100} %: ${verdict}`,
  ].join(' ');
}
