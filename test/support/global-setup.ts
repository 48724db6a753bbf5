/**
 * Starts one embedded PostgreSQL for the whole run, in a temporary folder, with migrated databases to clone from. It is not
 * durable, which makes it fast. The teardown guard removes everything, no matter how the run ends.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type Cluster, createCluster, placeCluster } from './clusters.ts';
import { standardName, templateName, urlOf } from './database-names.ts';
import { fillTemplate, type Standard } from './standard.ts';
import { fastestFolder } from './temporary-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the database `postgres`, as superuser. */
    adminUrl: string;
    /** Folder of the socket file of PostgreSQL. */
    socketFolder: string;
    /** A cluster to copy, for tests that start a PostgreSQL of their own. */
    cluster: Cluster;
    /** The data in the template for test servers. */
    standard: Standard;
    /** Folder in which programs that tests start cache their compiled code. */
    compiledCode: string;
  }
}

const notDurable = {
  ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  // Tests that compare all tables send statements that are planned as dear: compiling one takes longer than to run it.
  jit: 'off',
};
/**
 * A connection is a process that soon needs some megabytes. In pages of two megabytes, it gets them at once, which takes a seventh less
 * of the CPU time of PostgreSQL. C libraries other than glibc 2.35 and later ignore it.
 */
const largePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1:glibc.malloc.top_pad=4194304' };
/** No database lives for long enough to be vacuumed, and nothing is replicated. */
const shortLived = { autovacuum: 'off', wal_level: 'minimal', max_wal_senders: '0' };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await fastestFolder(), 'vcauth-test-'));
  await chmod(folder, 0o711);
  // The workers inherit it.
  process.env.TMPDIR = await folderForAll(folder, 'tmp');
  const dismiss = startTeardownGuard(folder);
  project.provide('compiledCode', join(folder, 'compiled'));
  const systemDir = join(folder, 'system');
  const cluster = await createCluster({ dataDir: join(folder, 'template'), systemDir });
  project.provide('cluster', cluster);
  const socketFolder = await folderForAll(folder, 'socket');
  project.provide('socketFolder', socketFolder);
  const dataDir = join(folder, 'data');
  await placeCluster(cluster, { dataDir, systemDir });
  const postgres = await startEmbeddedPostgres({
    dataDir,
    systemDir,
    settings: {
      ...notDurable,
      ...shortLived,
      max_connections: '400',
      max_wal_size: '1GB',
      unix_socket_directories: socketFolder,
    },
    environment: largePages,
    onLog: () => {},
  });
  project.provide('adminUrl', postgres.url);
  project.provide('standard', await createTemplates(postgres.url));
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    dismiss();
  };
}

/** Makes a folder that everybody may write to, as the system's own, since PostgreSQL runs as another user. */
async function folderForAll(parent: string, name: string): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder);
  await chmod(folder, 0o1777);
  return folder;
}

async function createTemplates(adminUrl: string): Promise<Standard> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${templateName}`);
  await migrate(urlOf(adminUrl, templateName));
  await admin.query(`CREATE DATABASE ${standardName} TEMPLATE ${templateName} STRATEGY file_copy`);
  const standard = await fillTemplate(urlOf(adminUrl, standardName));
  // A template cannot be cloned while somebody is connected to it.
  for (const name of [templateName, standardName]) await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.end();
  return standard;
}

/** Starts teardown-guard.ts, which acts when this process ends. Returns a function that ends the guard. */
function startTeardownGuard(folder: string): () => void {
  const program = fileURLToPath(new URL('./teardown-guard.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  child.stdin.on('error', () => {});
  return () => child.kill();
}
