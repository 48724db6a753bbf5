/** A real PgBouncer in front of a database, where the machine has one. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', 'pgbouncer'].find(
  (path) => spawnSync(path, ['--version']).status === 0,
);

/** Why tests with it are skipped; undefined if the machine has it. */
export const noPgBouncer =
  program === undefined ? 'no pgbouncer on this machine: apt-get install pgbouncer' : undefined;

export interface PgBouncer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

interface Options {
  readonly poolMode?: 'session' | 'transaction' | 'statement';
  /** Server connections. */
  readonly size?: number;
  /** Other lines of its section. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Parts of the line of the database, such as `connect_query='…'`. */
  readonly database?: string;
}

/** Starts it on a free port. Its address has the name and the password of the database's. */
export async function startPgBouncer(databaseUrl: string, options: Options = {}): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-pgbouncer-'));
  const port = Number(options.settings?.listen_port ?? (await freePort()));
  const target = new URL(databaseUrl);
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: options.poolMode ?? 'transaction',
    default_pool_size: options.size ?? 8,
    max_client_conn: 500,
    ...options.settings,
  };
  const login = `user=${decodeURIComponent(target.username)} password='${decodeURIComponent(target.password)}'`;
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const file = join(folder, 'pgbouncer.ini');
  const database = `* = host=${target.hostname} port=${target.port} ${login} ${options.database ?? ''}`;
  await writeFile(file, ['[databases]', database, '[pgbouncer]', ...lines, ''].join('\n'));
  await Promise.all([chmod(folder, 0o755), chmod(file, 0o644)]);
  // It refuses to run as root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(program as string, ['-q', file], { stdio: ['ignore', 'ignore', 'pipe'], ...nobody });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const gone = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`);
    await sleep(20);
  }
  target.hostname = '127.0.0.1';
  target.port = String(port);
  return {
    url: target.href,
    pid: child.pid as number,
    async stop() {
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
