/**
 * The topology of deploy/compose.yaml on loopback: a balancer, three nodes, PostgreSQL with a replica, and PgBouncer, with the
 * programs of Debian, and with the files that compose mounts. Skipped where one of the programs is missing.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { interpolate, readCompose } from '../support/compose.ts';
import { eventually, eventuallyTimeoutMs } from '../support/eventually.ts';
import { newPerson } from '../support/person.ts';
import { hasProgram, run } from '../support/programs.ts';

const postgres = globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1);
const missing = [
  ...(postgres ? [] : ['postgresql']),
  ...['caddy', 'pgbouncer', 'setpriv'].filter((name) => !hasProgram(name)),
  ...(process.getuid?.() === 0 ? [] : ['root, to become postgres']),
];
const unless = missing.length > 0 ? ` (needs ${missing.join(', ')})` : '';

const secrets = {
  SECRETS: 'a secret of the topology with more than 32 characters',
  DATABASE_PASSWORD: 'database-pw',
  POSTGRES_PASSWORD: 'postgres-pw',
  REPLICATION_PASSWORD: 'replication-pw',
};

describe.skipIf(missing.length > 0)(`the topology of deploy/compose.yaml${unless}`, () => {
  const { services } = readCompose();
  const home = mkdtempSync(join(tmpdir(), 'topology-'));
  const started: ChildProcess[] = [];
  let ports: Record<'balancer' | 'primary' | 'replica' | 'pgbouncer' | 'node1' | 'node2' | 'node3', number>;
  let issuer: string;
  const nodes: Record<string, ChildProcess> = {};

  const start = (program: string, args: readonly string[], env: Record<string, string>): ChildProcess => {
    const child = spawn(program, args, { env: { PATH: `${postgres}:${process.env.PATH}`, ...env }, stdio: 'ignore' });
    started.push(child);
    return child;
  };
  const asPostgres = (args: readonly string[], env: Record<string, string>) =>
    start('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', ...args], { HOME: home, ...env });
  const sql = (port: number, text: string) =>
    run('psql', [`postgresql://vcauth:${secrets.DATABASE_PASSWORD}@127.0.0.1:${port}/vcauth`, '-Atc', text]);

  /** What compose gives a node, with the addresses of this machine. */
  function environmentOf(service: string): Record<string, string> {
    const hosts = { primary: ports.primary, replica: ports.replica, pgbouncer: ports.pgbouncer };
    const environment = Object.entries(services[service]?.environment ?? {}).map(([name, text]) => {
      let value = interpolate(String(text), { ...secrets, ISSUER: issuer });
      for (const [host, port] of Object.entries(hosts))
        value = value.replace(new RegExp(`@${host}:\\d+/`), `@127.0.0.1:${port}/`);
      return [name, value];
    });
    return { ...Object.fromEntries(environment), HOST: '127.0.0.1', METRICS_PORT: '0', DATA_DIR: join(home, 'none') };
  }

  async function startPostgres(): Promise<void> {
    const data = join(home, 'primary');
    const password = join(home, 'password');
    writeFileSync(password, secrets.POSTGRES_PASSWORD, { mode: 0o644 });
    chmodSync(home, 0o755);
    const owner = execFileSync('id', ['-u', 'postgres']).toString();
    const group = execFileSync('id', ['-g', 'postgres']).toString();
    for (const name of ['primary', 'replica', 'run']) {
      mkdirSync(join(home, name), { mode: 0o700 });
      chownSync(join(home, name), Number(owner), Number(group));
    }
    const init = asPostgres(
      ['initdb', '-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${password}`],
      {},
    );
    expect((await once(init, 'exit'))[0]).toBe(0);
    const here = (port: number) => [
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
    ];
    const command = services.primary?.command ?? [];
    asPostgres([...command, '-D', data, ...here(ports.primary), '-c', 'fsync=off'], {});
    const admin = { PGHOST: '127.0.0.1', PGPORT: String(ports.primary), PGPASSWORD: secrets.POSTGRES_PASSWORD };
    const superuser = `postgresql://postgres:${secrets.POSTGRES_PASSWORD}@127.0.0.1:${ports.primary}/postgres`;
    await until(() =>
      run('pg_isready', ['-d', superuser]).then(
        () => true,
        () => false,
      ),
    );
    const script = start('sh', ['deploy/postgres/primary.sh'], { ...admin, ...secrets, PGDATA: data });
    expect((await once(script, 'exit'))[0]).toBe(0);
    await run('psql', [superuser, '-Atc', 'SELECT pg_reload_conf()']);
    // What a copy that broke off has left.
    for (const left of ['data', 'data.copy']) {
      mkdirSync(join(home, 'replica', left, 'base'), { recursive: true });
      writeFileSync(join(home, 'replica', left, 'base', 'half'), 'of a file');
    }
    execFileSync('chown', ['-R', 'postgres', join(home, 'replica')]);
    asPostgres(
      ['bash', resolve('deploy/postgres/replica.sh'), ...(services.replica?.command ?? []), ...here(ports.replica)],
      {
        ...secrets,
        PGDATA: join(home, 'replica', 'data'),
        PRIMARY: '127.0.0.1',
        PRIMARY_PORT: String(ports.primary),
      },
    );
  }

  function startPgbouncer(): void {
    const ini = readFileSync('deploy/pgbouncer/pgbouncer.ini', 'utf8')
      .replace('host=primary port=5432', `host=127.0.0.1 port=${ports.primary}`)
      .replace('listen_addr = 0.0.0.0', 'listen_addr = 127.0.0.1')
      .replace('listen_port = 6432', `listen_port = ${ports.pgbouncer}`)
      .replace('/run/pgbouncer', join(home, 'run'));
    const config = join(home, 'pgbouncer.ini');
    writeFileSync(config, ini);
    asPostgres(['sh', resolve('deploy/pgbouncer/start.sh')], { ...secrets, RUN: join(home, 'run'), CONFIG: config });
  }

  beforeAll(async () => {
    const names = ['balancer', 'primary', 'replica', 'pgbouncer', 'node1', 'node2', 'node3'] as const;
    ports = await distinctPorts(names);
    issuer = `http://localhost:${ports.balancer}`;
    await startPostgres();
    startPgbouncer();
    const migrate = services.migrate?.command as string[];
    const job = start(process.execPath, migrate.slice(1), environmentOf('migrate'));
    expect((await once(job, 'exit'))[0]).toBe(0);
    for (const name of ['node1', 'node2', 'node3'] as const) {
      nodes[name] = start(process.execPath, ['src/main.ts'], { ...environmentOf(name), PORT: String(ports[name]) });
    }
    start('caddy', ['run', '--config', 'deploy/Caddyfile', '--adapter', 'caddyfile'], {
      ISSUER: issuer,
      NODES: `127.0.0.1:${ports.node1} 127.0.0.1:${ports.node2} 127.0.0.1:${ports.node3}`,
      HOME: home,
      XDG_DATA_HOME: home,
    });
    for (const name of ['node1', 'node2', 'node3'] as const) {
      await until(async () => (await statusOf(`http://127.0.0.1:${ports[name]}/readyz`)) === 200);
    }
    await until(async () => (await statusOf(`${issuer}/readyz`)) === 200);
  });

  afterAll(async () => {
    for (const child of started.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill(child.spawnfile === 'setpriv' ? 'SIGINT' : 'SIGKILL');
      await once(child, 'exit');
    }
    rmSync(home, { recursive: true, force: true });
  });

  it('signs the first admin in through the balancer, whom the replica knows too', async () => {
    const env = { ...environmentOf('node1'), PATH: process.env.PATH, CLI_USER: 'topology' };
    const args = ['src/cli.ts', 'accounts', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--admin'];
    execFileSync(process.execPath, [...args, '--password-stdin'], {
      env,
      input: 'correct horse battery',
      stdio: 'pipe',
    });
    const person = newPerson(issuer);
    const sent = { email: 'ada@example.com', password: 'correct horse battery' };
    const page = await person.submit(await person.visit('/sign-in'), '/sign-in', sent);
    expect(page.text).toContain('ada@example.com');
    await eventually(() => sql(ports.replica, "SELECT email FROM accounts WHERE email = 'ada@example.com'")).toBe(
      'ada@example.com\n',
    );
    expect(await sql(ports.replica, 'SELECT pg_is_in_recovery()')).toBe('t\n');
    expect(await sql(ports.primary, 'SELECT slot_name, active FROM pg_replication_slots')).toBe('replica|t\n');
    const found = execFileSync(process.execPath, ['src/cli.ts', 'doctor', '--json'], { env, stdio: 'pipe' }).toString();
    const states = JSON.parse(found).findings.filter(({ check }: { check: string }) => check === 'replica');
    expect(states).toEqual([
      { check: 'replica', state: 'ok', says: expect.stringContaining('It follows the primary') },
    ]);
  });

  it('reaches the database through the pooler', async () => {
    expect(environmentOf('node1').DATABASE_URL).toContain(`:${ports.pgbouncer}/`);
    expect(await sql(ports.pgbouncer, 'SELECT current_database()')).toBe('vcauth\n');
    const sessions = await sql(ports.primary, 'SELECT count(*) FROM pg_stat_activity WHERE usename = current_user');
    // The one that asks, and those of the pooler.
    expect(Number(sessions)).toBeGreaterThan(1);
  });

  it('goes on while a node stops, and while another is killed', async () => {
    const metadata = `${issuer}/.well-known/oauth-authorization-server`;
    nodes.node1?.kill('SIGTERM');
    nodes.node2?.kill('SIGKILL');
    const statuses = new Set<number>();
    for (let sent = 0; sent < 40; sent += 1) statuses.add(await statusOf(metadata));
    expect([...statuses]).toEqual([200]);
  });
});

/** Before the first test, where nothing can be polled by an expectation. */
const until = (holds: () => Promise<boolean>) => vi.waitUntil(holds, { timeout: eventuallyTimeoutMs, interval: 100 });

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

/** Ports that nobody listens on, which are held until all are known. */
async function distinctPorts<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
  const held = await Promise.all(
    names.map(async (name) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { name, server };
    }),
  );
  const ports = held.map(({ name, server }) => [name, (server.address() as { port: number }).port]);
  await Promise.all(held.map(({ server }) => once(server.close(), 'close')));
  return Object.fromEntries(ports);
}
