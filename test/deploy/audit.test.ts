/**
 * `npm run audit`: documents that npm printed (test/support/audits) against allowed advisories, and the program itself with a
 * registry on this machine.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Allowed, allowedFile, allowedSchema, judge } from '../../deploy/packages/audit-report.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const recorded = (name: string) => read(`test/support/audits/${name}.json`);
const today = '2026-11-30';
const allow = (advisory: string, until: string): Allowed => [{ advisory, reason: 'we never call it', until }];

describe('a report with advisories', () => {
  const failuresOf = (allowed: Allowed) => judge(recorded('advisories'), allowed, today).failures;

  it('fails with one line for each advisory, which says what to do', () => {
    expect(failuresOf([])).toEqual([
      'minimist <0.2.4: Prototype Pollution in minimist (critical, https://github.com/advisories/GHSA-xvch-5gv4-984h). Run: npm install --save-exact mkdirp@0.5.6',
      'node-fetch <2.6.7: node-fetch forwards secure headers to untrusted sites (high, https://github.com/advisories/GHSA-r683-j2x4-v87g). Run: npm install --save-exact node-fetch@3.3.2 (another major version: read its changelog first)',
      `request <=2.88.2: Server-Side Request Forgery in Request (moderate, https://github.com/advisories/GHSA-p8p7-x288-28g6). No version without it fits: replace what needs it (npm ls request), or allow it in ${allowedFile} with a reason and an end.`,
      'semver <5.7.2: semver vulnerable to Regular Expression Denial of Service (high, https://github.com/advisories/GHSA-c2qf-rxjj-qqgw). Run: npm audit fix',
      `tough-cookie <4.1.3: tough-cookie Prototype Pollution vulnerability (moderate, https://github.com/advisories/GHSA-72xf-g2v4-qvf3). No version without it fits: replace what needs it (npm ls tough-cookie), or allow it in ${allowedFile} with a reason and an end.`,
    ]);
  });

  it('fails without those that are allowed, to the last day', () => {
    for (const until of [today, '2027-01-31']) {
      const left = failuresOf(allow('GHSA-p8p7-x288-28g6', until));
      expect(left).toHaveLength(4);
      expect(left.join('\n')).not.toContain('GHSA-p8p7-x288-28g6');
    }
    expect(judge(recorded('advisories'), allow('GHSA-p8p7-x288-28g6', today), today).remarks).toEqual([
      '5 advisories about what is shipped, 1 of them allowed.',
    ]);
  });

  it('fails with an entry that has ended, and says when', () => {
    const left = failuresOf(allow('GHSA-p8p7-x288-28g6', '2026-11-29'));
    expect(left).toHaveLength(5);
    expect(left[2]).toMatch(/GHSA-p8p7-x288-28g6.*It was allowed until 2026-11-29\.$/);
  });
});

it('an entry that matches nothing is to be removed, and fails nothing', () => {
  const needless = allow('GHSA-35jh-r3h4-6jhm', '2027-01-31');
  expect(judge(recorded('none'), needless, today)).toEqual({
    asked: true,
    failures: [],
    remarks: [
      `Remove GHSA-35jh-r3h4-6jhm from ${allowedFile}: nothing that is shipped has it.`,
      '0 advisories about what is shipped, 0 of them allowed.',
    ],
  });
});

it.each([
  ['refused', '405 Method Not Allowed - POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk'],
  ['unreachable', 'failed, reason: connect ECONNREFUSED 127.0.0.1:1'],
])('a registry that does not answer (%s) is one line, and does not end any entry', (name, why) => {
  const { asked, failures, remarks } = judge(recorded(name), allow('GHSA-35jh-r3h4-6jhm', '2027-01-31'), today);
  expect([asked, failures]).toEqual([false, []]);
  expect(remarks).toEqual([expect.stringContaining(why)]);
  expect(remarks[0]).not.toContain('\n');
});

it('an error of npm itself fails', () => {
  expect(judge(recorded('no-lock-file'), [], today).failures).toEqual([
    'npm audit failed: This command requires an existing lockfile.',
  ]);
  expect(() => judge('{}', [], today)).toThrow('auditReportVersion');
});

it('the list of allowed advisories has an id, a reason and an end for each', () => {
  expect(allowedSchema.safeParse(JSON.parse(read(allowedFile))).error).toBeUndefined();
  const [entry] = allow('GHSA-35jh-r3h4-6jhm', '2027-01-31');
  for (const wrong of [{ advisory: 'lodash' }, { reason: '' }, { until: 'later' }, { until: undefined }, { note: 'x' }])
    expect(allowedSchema.safeParse([{ ...entry, ...wrong }]).success, JSON.stringify(wrong)).toBe(false);
});

describe('npm run audit', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function audit(registry: RequestListener, args: readonly string[] = []) {
    const server = createServer(registry);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // Settings of a person with which npm would ask nobody.
    const settings = { npm_config_registry: address, npm_config_offline: 'true', npm_config_audit: 'false' };
    const env = { ...process.env, ...settings };
    return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, ['deploy/packages/audit.ts', ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  }

  it('asks the registry about what is shipped, and fails for what it answers', async () => {
    let asked: Record<string, string[]> = {};
    const { code, stderr } = await audit(async (request, response) => {
      if (request.method !== 'POST') return response.writeHead(404).end('{}');
      asked = JSON.parse(await text(request.pipe(createGunzip())));
      const url = 'https://github.com/advisories/GHSA-0000-0000-0000';
      response.setHeader('content-type', 'application/json');
      const advisory = { id: 1, url, title: 'An example', severity: 'high', vulnerable_versions: '>=0', cwe: [] };
      return response.end(JSON.stringify({ jose: [advisory] }));
    });
    expect(asked).toMatchObject({ jose: [expect.any(String)], koa: [expect.any(String)] });
    expect(Object.keys(asked)).not.toContain('vitest');
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(/^jose >=0: An example \(high, .*\)\. No version without it fits: /),
    ]);
    expect(code).toBe(1);
  });

  it('passes without an answer, and fails if it must have one', async () => {
    const refuse: RequestListener = (_request, response) => response.writeHead(405).end();
    const [usual, release] = [await audit(refuse), await audit(refuse, ['--must-answer'])];
    expect([usual.code, release.code]).toEqual([0, 1]);
    expect(usual.stdout).toMatch(/^The registry did not answer the audit, so nothing was checked: 405 .*\n$/);
    const empty: RequestListener = (_request, response) => response.end('{}');
    expect(await audit(empty, ['--must-answer'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 advis/) });
  });

  it('is a step of every check, and of a release with the answer that it needs', () => {
    expect(read('.ci/run')).toMatch(/^step audit npm run audit$/m);
    const { scripts } = JSON.parse(read('package.json'));
    expect(scripts.audit).toBe('node deploy/packages/audit.ts');
    expect(scripts.check).toContain('npm run audit');
    const { jobs } = parse(read('.github/workflows/publish.yaml'));
    expect(jobs.check.steps.map(({ run }: { run?: string }) => run)).toContain('npm run audit -- --must-answer');
  });
});
