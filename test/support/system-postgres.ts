/**
 * A PostgreSQL of the system's packages, where the machine has one. Unlike the embedded one it comes with the programs that people
 * make backups with.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const needed = ['initdb', 'postgres', 'psql', 'pg_isready', 'pg_dump', 'pg_restore', 'pg_basebackup'];
const folders = ['18', '17', '16', '15', '14'].map((version) => `/usr/lib/postgresql/${version}/bin`);
const works = (program: string) => spawnSync(program, ['--version']).status === 0;

/** The folder with all programs that are needed, or undefined. */
export const postgresBin = folders.find((folder) => needed.every((name) => works(join(folder, name))));

/** PostgreSQL refuses to run as root; the packages bring a user for it. */
function owner(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

export interface SystemPostgres {
  /** Its data directory. */
  readonly data: string;
  /** URL of the database `postgres`, as superuser. */
  readonly adminUrl: string;
  /** Gives a file, or a folder with all that is in it, to its user. */
  own(path: string): Promise<void>;
  /** Starts it on the data that is there now. It answers then, or it throws with what PostgreSQL said. */
  start(): Promise<void>;
  /** Stops it as an operator does: connections end, and the rest of the log is archived. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** Initialises a cluster in a folder of its own, and does not start it. Everybody on this machine is trusted. */
export async function createSystemPostgres(parent: string): Promise<SystemPostgres> {
  const as = owner();
  const port = await freePort();
  const folder = await mkdtemp(join(parent, 'vcauth-postgres-'));
  const own = async (path: string) => {
    if (as) await run('chown', ['-R', `${as.uid}:${as.gid}`, path]);
  };
  await own(folder);
  const data = join(folder, 'data');
  const program = (name: string) => join(postgresBin as string, name);
  const user = { ...as, cwd: '/' };
  await run(program('initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'], user);
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off'];
  let stop = async () => {};
  return {
    data,
    adminUrl: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    own,
    async start() {
      const options = ['-D', data, ...settings.flatMap((one) => ['-c', one])];
      const child = spawn(program('postgres'), options, { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk) => (said += chunk));
      const gone = once(child, 'exit');
      stop = async () => {
        child.kill('SIGINT');
        await gone;
      };
      while (spawnSync(program('pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status !== 0) {
        if (child.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`);
        await sleep(50);
      }
    },
    stop: () => stop(),
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
