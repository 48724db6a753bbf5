/**
 * Dashboards, alerts and runbook speak of what exists: metrics and labels of docs/metrics.md, which equals a real scrape
 * (test/web/metrics/scrape.test.ts), pages for alerts, statements that PostgreSQL accepts, paths that the server answers.
 */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentedMetrics } from '../support/metrics.ts';
import { hasProgram, run } from '../support/programs.ts';
import { selectorsIn } from '../support/promql.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

/** A case of `promtool test rules`. */
interface Case {
  readonly input_series: readonly { readonly series: string }[];
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
}

const caseFiles = globSync('test/deploy/*.promtool.yaml');

const read = (path: string) => readFileSync(path, 'utf8');
const groups: { name: string; rules: Rule[] }[] = parse(read('deploy/alerts.yaml')).groups;
const rules = groups.flatMap((group) => group.rules);

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}
const dashboards = readdirSync('deploy/grafana').map((name) => ({
  name,
  panels: JSON.parse(read(`deploy/grafana/${name}`)).panels as Panel[],
}));

const documented = documentedMetrics();
/** Prometheus itself adds these. */
const ofPrometheus = { metrics: ['up'], labels: ['job', 'instance'] };

/** What an expression says that no scrape has. */
function problemsOf(expr: string, where: string): string[] {
  const { selectors, labels } = selectorsIn(expr);
  const known = (metric: string) => {
    const base = documented.has(metric) ? metric : metric.replace(/_(bucket|sum|count)$/, '');
    const found = documented.get(base);
    if (base === metric) return found?.labels;
    return found?.type === 'histogram' ? [...found.labels, ...(metric.endsWith('_bucket') ? ['le'] : [])] : undefined;
  };
  const has = new Set(selectors.flatMap(({ metric }) => known(metric) ?? []).concat(ofPrometheus.labels));
  return [
    ...selectors.flatMap(({ metric, labels: matched }) => {
      if (ofPrometheus.metrics.includes(metric)) return [];
      const own = known(metric);
      if (!own) return [`${where}: no metric ${metric}`];
      const foreign = Object.keys(matched).filter(
        (label) => !own.includes(label) && !ofPrometheus.labels.includes(label),
      );
      return foreign.map((label) => `${where}: ${metric} has no label ${label}`);
    }),
    ...labels.filter((label) => !has.has(label)).map((label) => `${where}: grouped by ${label}, which nothing has`),
    ...selectors
      .filter(({ labels: matched }) => matched.job !== 'vibecaas-auth')
      .map(({ metric }) => `${where}: ${metric} of every job`),
    ...(selectors.length === 0 ? [`${where}: no metric at all`] : []),
  ];
}

describe('alerts and dashboards', () => {
  it('name only metrics and labels that exist, of our job', () => {
    expect(rules.length).toBeGreaterThan(30);
    expect(rules.flatMap(({ alert, expr }) => problemsOf(expr, alert))).toEqual([]);
    const panels = dashboards.flatMap(({ name, panels: all }) => all.map((panel) => ({ name, panel })));
    expect(panels.length).toBeGreaterThan(30);
    const wrong = panels.flatMap(({ name, panel }) =>
      panel.targets.flatMap(({ expr }) => problemsOf(expr, `${name}: ${panel.title}`)),
    );
    expect(wrong).toEqual([]);
  });

  it('show only labels that their expression keeps', () => {
    const wrong = [
      ...rules.map(({ alert, expr, annotations }) => ({ where: alert, expr, text: annotations.summary })),
      ...dashboards.flatMap(({ name, panels }) =>
        panels.flatMap(({ title, targets }) =>
          targets.map(({ expr, legendFormat: text }) => ({ where: `${name}: ${title}`, expr, text })),
        ),
      ),
    ].flatMap(({ where, expr, text }) => {
      const shown = Array.from(text.matchAll(/\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g), ([, label = '']) => label);
      const kept = /^(sum|max|min|count|avg)\b/.test(expr) ? selectorsIn(expr).labels : undefined;
      return shown.filter((label) => kept && !kept.includes(label)).map((label) => `${where} shows ${label}`);
    });
    expect(wrong).toEqual([]);
  });

  it('show every metric of ours on a dashboard', () => {
    const shown = new Set(
      dashboards
        .flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)))
        .flatMap((expr) => selectorsIn(expr).selectors.map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, ''))),
    );
    const ours = [...documented.keys()].filter((name) => !/^(process|nodejs)_|^database_pool_total$/.test(name));
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('have cases for each alert, in which it is silent and in which it fires, with series that a scrape has', () => {
    const cases = caseFiles.flatMap((file): Case[] => parse(read(file)).tests);
    const expected = cases.flatMap(({ alert_rule_test }) => alert_rule_test);
    const namesOf = (fires: boolean) => [
      ...new Set(
        expected.filter(({ exp_alerts }) => exp_alerts.length > 0 === fires).map(({ alertname }) => alertname),
      ),
    ];
    const alerts = rules.map(({ alert }) => alert).toSorted();
    expect(namesOf(true).toSorted()).toEqual(alerts);
    expect(namesOf(false).toSorted()).toEqual(alerts);
    const series = cases.flatMap(({ input_series }) => input_series.map((one) => one.series));
    const ours = series.filter((one) => one.includes('job="vibecaas-auth"'));
    expect(ours.flatMap((one) => problemsOf(one, one))).toEqual([]);
  });

  it.skipIf(!hasProgram('promtool'))(
    'are accepted by Prometheus, and fire when they should (needs promtool)',
    async () => {
      await run('promtool', ['check', 'rules', 'deploy/alerts.yaml']);
      await run('promtool', ['test', 'rules', ...caseFiles]);
    },
    600_000,
  );
});

describe('the runbook', () => {
  const pages = readdirSync('docs/runbook').filter((name) => name !== 'README.md');
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('has a page for each alert, which names it', () => {
    const wrong = rules.filter(({ alert, annotations: { runbook } }) => {
      return !existsSync(runbook) || !read(runbook).includes(`\`${alert}\``);
    });
    expect(wrong.map(({ alert }) => alert)).toEqual([]);
    const names = pages.flatMap((page) => read(`docs/runbook/${page}`).match(/`Auth\w+`/g) ?? []);
    expect(names.toSorted()).toEqual(rules.map(({ alert }) => `\`${alert}\``).toSorted());
  });

  it('has pages that say what people see, how to check, with a command, and what to do', () => {
    for (const page of pages) {
      const text = read(`docs/runbook/${page}`);
      const sections = text.split(/^## (.*)$/m).slice(1);
      expect(
        sections.filter((_, index) => index % 2 === 0),
        page,
      ).toEqual(['What people see', 'How to check', 'What to do']);
      expect(sections[3], page).toMatch(/^```sh$/m);
      expect(sections[3], `${page} changes something while it checks`).not.toMatch(/vcauth migrate(?! --plan)/);
      for (const body of [sections[1], sections[5]]) expect(body?.trim().length, page).toBeGreaterThan(40);
    }
  });

  it('is reached from operations.md and its first page, which names every page', () => {
    expect(read('docs/operations.md')).toContain('](runbook/README.md)');
    const linked = Array.from(read('docs/runbook/README.md').matchAll(/\]\(([\w-]+\.md)\)/g), ([, name]) => name);
    expect([...new Set(linked)].toSorted()).toEqual(pages.toSorted());
  });

  it('quotes texts that people see, and so does operations.md', () => {
    const texts = readdirSync('views/messages/en').map((name) => read(`views/messages/en/${name}`));
    const wrong = ['operations.md', ...pages.map((page) => `runbook/${page}`)].flatMap((page) =>
      Array.from(read(`docs/${page}`).matchAll(/“([^”]+)”/g), ([, quoted = '']) => quoted)
        .filter((quoted) => !texts.some((text) => text.includes(quoted)))
        .map((quoted) => `${page}: ${quoted}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names only metrics that exist', () => {
    const wrong = pages.flatMap((page) =>
      Array.from(
        read(`docs/runbook/${page}`).matchAll(/`(\w+_(?:total|seconds|bytes|waiting|writable))`/g),
        ([, name = '']) => name,
      )
        .filter((name) => !documented.has(name))
        .map((name) => `${page}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('greps lines that a scrape has', async () => {
    const lines = (await (await fetch(`${server.metricsOrigin}/metrics`)).text()).split('\n');
    const patterns = pages.flatMap((page) =>
      Array.from(
        read(`docs/runbook/${page}`).matchAll(/\/metrics \| grep (?:-E )?'([^']*)'/g),
        ([, pattern = '']) => pattern,
      ),
    );
    expect(patterns.length).toBeGreaterThan(10);
    // These have no series before an error, a retry, a token and a sign-in.
    const later = /status="5|token_requests/;
    const found = (pattern: string) => lines.some((line) => new RegExp(pattern).test(line));
    expect(patterns.filter((pattern) => !later.test(pattern) && !found(pattern))).toEqual([]);
  });

  it('asks paths that the server answers, and runs statements that PostgreSQL accepts', async () => {
    for (const page of pages) {
      const text = read(`docs/runbook/${page}`);
      for (const [, path = ''] of text.matchAll(/127\.0\.0\.1:3000(\/[\w/]*)/g)) {
        expect((await fetch(server.issuer + path)).status, `${page}: ${path}`).toBe(200);
      }
      for (const [, sql = ''] of text.matchAll(/psql "\$DATABASE_URL" -c "([^"]+)"/g)) {
        await expect(server.db.script(sql), `${page}: ${sql}`).resolves.toBeUndefined();
      }
    }
  });
});
