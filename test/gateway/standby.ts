/** A hot standby of an embedded PostgreSQL, kept up to date by streaming, that can be promoted. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { eventually } from './running-gateway.ts';

export interface Standby {
  readonly url: string;
  /** Promotes the standby to primary. */
  promote(): Promise<void>;
}

/**
 * From now on every commit on the primary waits for the standby, which is removed after the test. `data` is the
 * primary's folder.
 */
export async function startStandby(primaryUrl: string, data: string): Promise<Standby> {
  const [port, { hostname, port: primaryPort, username, password }] = [await freePort(), new URL(primaryUrl)];
  const url = Object.assign(new URL(primaryUrl), { port: String(port) }).href;
  const folder = join(dirname(data), 'standby');
  await copy(primaryUrl, data, folder);
  for (const name of ['postmaster.pid', 'postmaster.opts']) rmSync(join(folder, name), { force: true });
  writeFileSync(join(folder, 'standby.signal'), '');
  const conninfo = `host=${hostname} port=${primaryPort} user=${username} password=${password}`;
  appendFileSync(join(folder, 'postgresql.auto.conf'), `\nprimary_conninfo = '${conninfo}'\n`);

  const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const program = readFileSync(`/proc/${postmaster}/cmdline`, 'utf8').split('\0')[0] as string;
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const options = ['-D', folder, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
  const { uid, gid } = statSync(data);
  for (const name of ['standby.signal', 'backup_label']) chownSync(join(folder, name), uid, gid);
  const child = spawn(program, options, { uid, gid, cwd: '/', stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGQUIT');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const answers = () => query(url, 'SELECT 1').then(Boolean, () => false);
  if (!(await eventually(answers))) throw new Error('The standby does not answer');
  await query(primaryUrl, "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await query(primaryUrl, 'SELECT pg_reload_conf()');
  const synchronous = async () =>
    (await query(primaryUrl, 'SELECT sync_state FROM pg_stat_replication'))[0]?.sync_state === 'sync';
  if (!(await eventually(synchronous))) throw new Error('The standby is not synchronous');
  return {
    url,
    async promote() {
      await query(url, 'SELECT pg_promote()');
    },
  };
}

/** Copies the database as pg_basebackup does, which the embedded programs do not include. */
async function copy(primaryUrl: string, data: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: primaryUrl });
  await client.connect();
  await client.query("SELECT pg_backup_start('standby', true)");
  execFileSync('cp', ['-a', data, folder]);
  const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
  await client.end();
  writeFileSync(join(folder, 'backup_label'), rows[0].labelfile);
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
