/** Reads metrics: those of a scrape, and those that docs/metrics.md lists. */
import { readFileSync } from 'node:fs';

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scraped {
  /** Type by name of the metric. */
  readonly types: ReadonlyMap<string, string>;
  /** Names of labels by name of the metric, sorted, for metrics that have series. Those that its type adds are left out. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly series: readonly Series[];
}

export async function scrape(metricsOrigin: string): Promise<Scraped> {
  const response = await fetch(`${metricsOrigin}/metrics`);
  return parseExposition(await response.text());
}

function parseExposition(text: string): Scraped {
  const types = new Map(
    Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = '', type = '']) => [name, type]),
  );
  const series = Array.from(
    text.matchAll(/^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/gm),
    ([, name = '', labels = '', value]) => ({
      name,
      labels: Object.fromEntries(
        Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, key = '', text = '']) => [key, text]),
      ),
      value: Number(value),
    }),
  );
  const labels = new Map<string, string[]>();
  for (const one of series) {
    const name = types.has(one.name) ? one.name : one.name.replace(/_(bucket|sum|count)$/, '');
    const names = Object.keys(one.labels).filter((label) => label !== 'le');
    labels.set(name, [...new Set([...(labels.get(name) ?? []), ...names])].toSorted());
  }
  return { types, labels, series };
}

const readDocument = () => readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

const aggregators: Readonly<Record<string, string>> = {
  average: 'average',
  lowest: 'min',
  highest: 'max',
  any: 'first',
};

/** How docs/metrics.md says that metrics of several workers are combined, for those that are not sums. */
export function documentedAggregators(): Map<string, string> {
  const rows = Array.from(readDocument().matchAll(/^\| (average|lowest|highest|any) \| (.+) \|$/gm));
  return new Map(
    rows.flatMap(([, word = '', names = '']) =>
      Array.from(names.matchAll(/`(\w+)`/g), ([, name = '']): [string, string] => [name, aggregators[word] as string]),
    ),
  );
}

/** The rows of docs/metrics.md. */
export function documentedMetrics(): Map<string, { type: string; labels: string[] }> {
  return new Map(
    Array.from(
      readDocument().matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*) \| [^|]+ \|$/gm),
      ([, name = '', type = '', labels = '']) => [
        name,
        { type, labels: Array.from(labels.matchAll(/`(\w+)`/g), ([, label]) => label as string).toSorted() },
      ],
    ),
  );
}
