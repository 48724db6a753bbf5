/** Compose file, systemd unit and their neighbours name only what exists: settings, ports, paths, commands, files. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { isCommand } from '../../src/cli/command.ts';
import { groups } from '../../src/cli/groups.ts';
import { readConfig } from '../../src/config/index.ts';
import { bounds } from '../../src/lifecycle/listener.ts';
import { questionBounds } from '../../src/policy/key-questions.ts';
import { reportBounds } from '../../src/policy/leak-reports.ts';
import { maxLogoBytes } from '../../src/policy/logos.ts';
import { usageBounds } from '../../src/policy/usage.ts';
import { interpolate, readCompose } from '../support/compose.ts';
import { settingNames } from '../support/deployed.ts';
import { hasProgram } from '../support/programs.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const composeText = read('deploy/compose.yaml');
const { services, volumes, networks } = readCompose();
const nodes = ['node1', 'node2', 'node3'] as const;
const isKnown = (name: string) => settingNames.includes(name);

const filled: Record<string, string> = {
  ISSUER: 'https://auth.example.com',
  SECRETS: 'x'.repeat(64),
  DATABASE_PASSWORD: 'one',
  POSTGRES_PASSWORD: 'two',
  REPLICATION_PASSWORD: 'three',
};

describe('deploy/compose.yaml', () => {
  it('gives nodes a configuration that the server accepts, of settings that exist', () => {
    for (const name of [...nodes, 'migrate']) {
      const environment = services[name]?.environment ?? {};
      expect(Object.keys(environment).filter((setting) => !isKnown(setting))).toEqual([]);
      const values = Object.entries(environment).map(([key, text]) => [key, interpolate(String(text), filled)]);
      const config = readConfig(Object.fromEntries(values));
      expect(config).toMatchObject({
        issuer: 'https://auth.example.com',
        port: 3000,
        metricsPort: 9464,
        trustProxy: true,
      });
    }
  });

  it('asks for every secret by name and has none of its own', () => {
    for (const name of ['ISSUER', 'SECRETS', 'DATABASE_PASSWORD', 'POSTGRES_PASSWORD', 'REPLICATION_PASSWORD']) {
      expect(() => interpolate(composeText, { ...filled, [name]: '' })).toThrow(name);
    }
    const example = read('deploy/compose.env.example');
    const named = new Set(Array.from(composeText.matchAll(/\$\{(\w+)/g), ([, name]) => name as string));
    const given = new Map(Array.from(example.matchAll(/^(\w+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]));
    expect([...named].filter((name) => name !== 'IMAGE').toSorted()).toEqual([...given.keys()].toSorted());
    for (const [name, value] of given) if (/SECRET|PASSWORD/.test(name)) expect(value).toBe('');
  });

  it('exposes the ports of the image and publishes those of the balancer alone', () => {
    const exposed = /^EXPOSE (.*)$/m.exec(read('Dockerfile'))?.[1]?.split(' ');
    for (const name of nodes) expect(services[name]?.expose).toEqual(exposed);
    const published = Object.entries(services).filter(([, { ports }]) => ports);
    expect(published.map(([name]) => name)).toEqual(['balancer']);
  });

  it('runs commands that exist', async () => {
    const [program, file = '', noun = '', ...rest] = services.migrate?.command ?? [];
    expect([program, existsSync(file), rest]).toEqual(['node', true, []]);
    expect(isCommand((await groups[noun]?.load()) as never)).toBe(true);
  });

  it('mounts files that exist, at the paths that services use', () => {
    for (const [name, { volumes: mounted = [] }] of Object.entries(services)) {
      for (const one of mounted) {
        const [from = ''] = one.split(':');
        const exists = from.startsWith('.') ? existsSync(join('deploy', from)) : from in volumes;
        expect(exists, `${name}: ${one}`).toBe(true);
      }
    }
    expect(services.replica?.volumes?.join()).toContain(`:${services.replica?.entrypoint?.at(-1)}:`);
    for (const script of globSync('deploy/postgres/*.sh')) expect(statSync(script).mode & 0o111, script).not.toBe(0);
  });

  it('lets the balancer reach nodes, and nodes the database, by names that exist', () => {
    for (const [name, service] of Object.entries(services)) {
      for (const network of service.networks ?? []) expect(network in networks, name).toBe(true);
      const on = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      for (const other of on) expect(other in services, `${name} waits for ${other}`).toBe(true);
    }
    expect(services.balancer?.networks).toEqual(['front']);
    const hosts = Array.from(
      JSON.stringify(services.node1).matchAll(/@(\w+):(\d+)\//g),
      ([, host, port]) => `${host}:${port}`,
    );
    expect(hosts).toEqual(['pgbouncer:6432', 'primary:5432', 'replica:5432']);
    expect(read('deploy/pgbouncer/pgbouncer.ini')).toMatch(/^listen_port = 6432$/m);
    expect(read('deploy/Caddyfile')).toContain(nodes.map((name) => `${name}:3000`).join(' '));
  });

  it('lets nodes write nothing, have no rights, and finish their requests', () => {
    for (const name of nodes) {
      const node = services[name];
      expect([node?.read_only, node?.cap_drop]).toEqual([true, ['ALL']]);
      const { drainSeconds, shutdownGraceSeconds } = readConfig({ ...filled, DATABASE_URL: 'postgresql://db/x' });
      expect(Number.parseInt(node?.stop_grace_period ?? '', 10)).toBeGreaterThan(drainSeconds + shutdownGraceSeconds);
    }
  });

  it('gives no service of ours new privileges, and no program a password as an argument', () => {
    for (const [name, service] of Object.entries(services)) {
      if (service.cap_drop) expect([name, service.security_opt]).toEqual([name, ['no-new-privileges:true']]);
    }
    for (const script of globSync('deploy/{postgres,pgbouncer}/*.sh')) {
      const commands = read(script).replaceAll(/^\s*#.*$/gm, '');
      expect(commands, script).not.toMatch(/(?:-v|--set|--variable|--password)\s*=?\s*\S*PASSWORD/);
    }
  });

  it('lets the replica follow by a slot, so that the primary keeps what it needs within a bound', () => {
    const [, slot] = /pg_create_physical_replication_slot\('(\w+)'\)/.exec(read('deploy/postgres/primary.sh')) ?? [];
    expect(read('deploy/postgres/replica.sh')).toContain(`--slot ${slot} `);
    expect(services.primary?.command?.join(' ')).toMatch(/max_slot_wal_keep_size=\d+GB/);
  });

  it('lets the pool of PgBouncer fit into the connections of the primary', () => {
    const maxConnections = Number(/max_connections=(\d+)/.exec(services.primary?.command?.join(' ') ?? '')?.[1]);
    const pool = Number(/^default_pool_size = (\d+)$/m.exec(read('deploy/pgbouncer/pgbouncer.ini'))?.[1]);
    const { databasePoolSize, workers } = readConfig({ ...filled, DATABASE_URL: 'postgresql://db/x' });
    // In transaction mode a node holds a connection for no longer than a transaction, so half of what nodes open is plenty.
    expect(read('deploy/pgbouncer/pgbouncer.ini')).toMatch(/^pool_mode = transaction$/m);
    expect(pool).toBeGreaterThanOrEqual((nodes.length * workers * (databasePoolSize + 7)) / 2);
    expect(pool).toBeLessThan(maxConnections - 20);
  });

  it('lets nodes write mails, which reach nobody without SMTP_URL, into a volume that their user owns', () => {
    const folder = /^ENV .*\bDATA_DIR=(\S+)$/m.exec(read('Dockerfile'))?.[1];
    expect(read('Dockerfile')).toMatch(
      new RegExp(`--chown=65532:65532 \\S+ ${folder}\n[\\s\\S]*^USER 65532:65532$`, 'm'),
    );
    for (const name of nodes) {
      expect(services[name]?.volumes).toEqual([`data:${folder}`]);
      expect(Object.keys(services[name]?.environment ?? {})).not.toContain('DATA_DIR');
    }
    expect(read('deploy/compose.env.example')).toMatch(/nobody gets a mail.*\nSMTP_URL=$/m);
  });

  it('says that a node is well when it is ready, so that an upgrade can wait for it', () => {
    for (const name of nodes) expect(services[name]?.healthcheck?.test?.join(' ')).toContain(':3000/readyz');
  });

  it('asks the balancer to check readiness', () => {
    expect(read('deploy/Caddyfile')).toMatch(/^\t\thealth_uri \/readyz$/m);
  });
});

describe('balancers', () => {
  it.each([
    ['deploy/Caddyfile', /^\t+keepalive (\d+)s$/m],
    ['deploy/nginx/auth.conf', /^ +keepalive_timeout (\d+)s;$/m],
  ])('end idle connections before a node does, so that no POST is sent on one that just ends: %s', (path, setting) => {
    const seconds = Number(setting.exec(read(path))?.[1]);
    expect(seconds * 1_000).toBeLessThan(bounds.keepAliveTimeout);
  });

  it.each([
    ['deploy/nginx/auth.conf', /^ +client_max_body_size (\d+)m;$/gm],
    ['docs/operations.md', /^ +client_max_body_size (\d+)m;$/gm],
    ['docs/install.md', /\/proxy-body-size":"(\d+)m"/g],
    ['deploy/helm/values.yaml', /\/proxy-body-size: (\d+)m$/gm],
  ])('take bodies as large as the server takes: %s', (path, setting) => {
    const found = Array.from(read(path).matchAll(setting), ([, size]) => Number(size) * 1024 * 1024);
    expect(found).toHaveLength(1);
    // The form of a logo has other fields too. Nothing else has a body this large (src/web/http/forms.ts).
    const largest = Math.max(usageBounds.bytes, reportBounds.bytes, 2 * maxLogoBytes, questionBounds.bytes);
    expect(found[0]).toBeGreaterThan(largest);
  });
});

describe('deploy/systemd/vibecaas-auth.service', () => {
  const unit = read('deploy/systemd/vibecaas-auth.service');
  const entryOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  it('has a vcauth that takes the settings as they are written, whatever they mean to a shell', () => {
    const values = {
      DATABASE_URL: 'postgresql://u:$(id)@db/x?sslmode=verify-full&sslrootcert=/ca',
      MAIL_FROM: 'VibeCaaS <mail@example.com>',
      UPSTREAMS: '[{"name":"a"}]',
    };
    const home = mkdtempSync(join(tmpdir(), 'vcauth-env-'));
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    writeFileSync(join(home, 'env'), ['# A comment', '', ...lines, 'ISSUER="https://auth.example.com"'].join('\n'));
    const script = read('deploy/systemd/vcauth')
      .replace('/etc/vibecaas-auth/env', join(home, 'env'))
      .replace(/^cd .*$/m, '')
      .replace(/^exec .*$/m, 'exec env -0');
    const said = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH } });
    rmSync(home, { recursive: true });
    const found = Object.fromEntries(
      said.split('\0').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    expect(found).toMatchObject({ ...values, ISSUER: 'https://auth.example.com', DATA_DIR: '/var/lib/vcauth' });
  });

  it('starts what npm start starts, with the Node of the checkout', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const command = scripts.start.replace(/^exec node/, `${entryOf('WorkingDirectory')}/node_modules/.bin/node`);
    expect(entryOf('ExecStart')).toBe(command);
    for (const path of ['src/main.ts', 'src/server/compile-cache.js']) expect(existsSync(path)).toBe(true);
  });

  it('sets settings that exist, and lets the server finish', () => {
    const names = Array.from(entryOf('Environment').matchAll(/(\w+)=/g), ([, name]) => name as string);
    expect(names.filter((name) => name !== 'NODE_ENV' && !isKnown(name))).toEqual([]);
    expect(Number(entryOf('TimeoutStopSec'))).toBeGreaterThan(15);
    expect(entryOf('Environment')).toContain(`DATA_DIR=/var/lib/${entryOf('StateDirectory')}`);
  });

  it.skipIf(!hasProgram('systemd-analyze'))('is valid and exposed little (needs systemd-analyze)', () => {
    // What it starts is not installed here.
    const file = join(mkdtempSync(join(tmpdir(), 'unit-')), 'vibecaas-auth.service');
    writeFileSync(file, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect(verified.stderr.split('\n').filter((line) => line.includes('vibecaas-auth'))).toEqual([]);
    const judged = spawnSync('systemd-analyze', ['security', '--offline=true', file], { encoding: 'utf8' });
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(judged.stdout)?.[1])).toBeLessThan(2);
  });
});

describe('docs/install.md', () => {
  const text = read('docs/install.md');
  const unit = read('deploy/systemd/vibecaas-auth.service');

  it('writes settings for Debian that the server accepts', () => {
    const [, block = ''] = /cat > \/etc\/vibecaas-auth\/env <<EOF\n([\s\S]*?)^EOF$/m.exec(text) ?? [];
    const lines = Array.from(block.matchAll(/^(\w+)=(.*)$/gm), ([, name = '', value = '']) => [name, value] as const);
    expect(lines.map(([name]) => name).filter((name) => !settingNames.includes(name))).toEqual([]);
    const shell: Record<string, string> = {
      '$(openssl rand -hex 32)': 'x'.repeat(64),
      '$(nproc)': '2',
      $DATABASE_PASSWORD: 'pw',
    };
    const filledIn = lines.map(([name, value]) => [
      name,
      Object.entries(shell).reduce((result, [from, to]) => result.replace(from, to), value),
    ]);
    expect(readConfig(Object.fromEntries(filledIn))).toMatchObject({ host: '127.0.0.1', trustProxy: true, workers: 2 });
  });

  it('puts code, settings and command where the unit and the command look for them', () => {
    const command = read('deploy/systemd/vcauth');
    for (const path of ['/opt/vibecaas-auth', '/etc/vibecaas-auth/env']) {
      for (const [name, where] of Object.entries({ text, unit, command }))
        expect(where, `${path} in ${name}`).toContain(path);
    }
    for (const path of ['/var/lib/vcauth']) for (const where of [unit, command]) expect(where).toContain(path);
    expect(statSync('deploy/systemd/vcauth').mode & 0o111).not.toBe(0);
    for (const [, path = ''] of text.matchAll(/^cp (deploy\S+) \//gm)) expect(existsSync(path), path).toBe(true);
  });

  it.each([
    ['the last release', 'v0.2.0'],
    ['the newest commit, without a release', undefined],
  ])('upgrades Debian to %s beside the running server, and stops it before its code changes', (_what, tag) => {
    const [, upgrade = ''] = /^\*\*To upgrade\*\*([\s\S]*?)^## /m.exec(text) ?? [];
    const blocks = Array.from(upgrade.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block]) => block).join('');
    const home = mkdtempSync(join(tmpdir(), 'upgrade-'));
    const [origin, code, unitFile] = ['origin', 'opt/vibecaas-auth', 'units/vibecaas-auth.service'].map((path) => {
      mkdirSync(join(home, path, '..'), { recursive: true });
      return join(home, path);
    }) as [string, string, string];
    const env = {
      ...process.env,
      PATH: `${home}/bin:${process.env.PATH}`,
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, 'Ada'],
          [`GIT_${who}_EMAIL`, 'ada@example.com'],
        ]),
      ),
    };
    const sh = (script: string) => execFileSync('sh', ['-ec', script], { encoding: 'utf8', env, stdio: 'pipe' });
    const release = (number: string) =>
      sh(`cd ${origin}; for file in vibecaas-auth.service vcauth; do echo ${number} > deploy/systemd/$file; done
          git add .; git commit -qm ${number}`);
    sh(`mkdir -p ${origin}/deploy/systemd ${home}/bin; git init -qb main ${origin}`);
    // What npm installs names its release; what systemd is told says which release is where.
    writeFileSync(
      join(home, 'bin/npm'),
      '#!/bin/sh\nmkdir -p node_modules; cp deploy/systemd/vcauth node_modules/of\n',
    );
    const said = ['deploy/systemd/vcauth', 'node_modules/of'].map((path) => join(code, path));
    const files = [...said, unitFile, join(home, 'vcauth')].join(' ');
    writeFileSync(join(home, 'bin/systemctl'), `#!/bin/sh\necho "$1" $(cat ${files}) >> ${home}/log\n`);
    sh(`chmod +x ${home}/bin/*`);
    release('one');
    const install = `cd ${code}; npm ci; cp deploy/systemd/vcauth ${home}/; cp deploy/systemd/vibecaas-auth.service ${unitFile}`;
    sh(`git clone -q ${origin} ${code}; ${install}`);
    release('two');
    if (tag) {
      sh(`git -C ${origin} tag ${tag}`);
      release('three');
    }
    sh(
      blocks
        .replaceAll('/opt/', `${home}/opt/`)
        .replaceAll('/etc/systemd/system/', `${home}/units/`)
        .replaceAll('/usr/local/bin/', `${home}/`),
    );
    const old = 'one one one one';
    const log = readFileSync(join(home, 'log'), 'utf8').trim().split('\n');
    rmSync(home, { recursive: true });
    expect(log).toEqual([`stop ${old}`, 'daemon-reload two two two two', 'start two two two two']);
  });

  it('upgrades the compose file in turn, after the job that migrates', () => {
    const [, block = ''] = /```sh\n(git pull[\s\S]*?)```/.exec(text) ?? [];
    const steps = block.trim().split(' &&\n');
    expect(steps.slice(0, 3)).toEqual(['git pull', 'docker compose build', 'docker compose run --rm migrate']);
    expect(steps.slice(3, -1)).toEqual(nodes.map((name) => `docker compose up -d --no-deps --wait ${name}`));
    expect(steps.at(-1)).toBe('docker compose up -d');
  });

  it('sets values of the chart that exist, and runs services of the compose file that exist', () => {
    const { properties } = JSON.parse(read('deploy/helm/values.schema.json'));
    for (const [, path = ''] of text.matchAll(/--set ([\w.]+)=/g)) {
      const [first = '', second] = path.split('.');
      expect(properties[first], path).toBeDefined();
      if (second) expect(properties[first].properties[second], path).toBeDefined();
    }
    for (const [, row = ''] of text.matchAll(/^\| `([\w.]+)` \|/gm))
      expect(properties[row.split('.')[0] ?? ''], row).toBeDefined();
    for (const [, service = ''] of text.matchAll(/docker compose (?:exec|run --rm|up -d --no-deps --wait|cp) (\w+)/g)) {
      expect(service in services, service).toBe(true);
    }
  });
});

describe('deploy/', () => {
  it('has only YAML and JSON that can be read', () => {
    for (const file of globSync('deploy/**/*.{yaml,json}').filter(
      (path) => dirname(path) !== 'deploy/helm/templates',
    )) {
      if (file.endsWith('.json')) expect(() => JSON.parse(read(file)), file).not.toThrow();
      else
        expect(
          parseAllDocuments(read(file)).flatMap(({ errors }) => errors),
          file,
        ).toEqual([]);
    }
    expect(parse(read('deploy/alerts.yaml'))).toHaveProperty('groups');
  });
});
