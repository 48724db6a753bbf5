/** A PostgreSQL of its own, that may be killed, with the standard person and clients. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded/index.ts';
import { clusterOf, createPreparedPlace } from '../../support/embedded.ts';
import { secrets, type TestServer } from '../../support/server.ts';
import { addStandard, type Standard } from '../../support/standard.ts';

export interface Installation {
  readonly url: string;
  readonly data: string;
  /** For the test itself. */
  readonly db: Database;
  /** The process id of PostgreSQL now. */
  postmaster(): Promise<number>;
  /** Adds the person and the clients, once a node has migrated, and returns what requests go to. */
  fill(origin: string, add?: () => Promise<Standard>): Promise<TestServer>;
}

interface InstallationOptions {
  /** The folder of its files, if they must be on a disk of their own. */
  readonly under?: string;
  /** Another address at which it listens, for everybody there who knows the password. */
  readonly alsoAt?: string;
}

/** It ends with the test. */
export async function startInstallation({ under, alsoAt }: InstallationOptions = {}): Promise<Installation> {
  const place = await createPreparedPlace(under);
  if (alsoAt)
    await appendFile(join(await clusterOf(place), 'pg_hba.conf'), `host all all ${alsoAt}/24 scram-sha-256\n`);
  const settings = { max_connections: '100', ...(alsoAt && { listen_addresses: `127.0.0.1,${alsoAt}` }) };
  const postgres = await startEmbeddedPostgres({ ...place, settings, onLog: () => {} });
  const db = openDatabase({ url: postgres.url, poolSize: 2 });
  onTestFinished(async () => {
    await db.close();
    await postgres.stop().catch(() => {});
  });
  const data = await clusterOf(place);
  return {
    url: postgres.url,
    data,
    db,
    postmaster: async () => Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]),
    async fill(origin, add = () => addStandard(db)) {
      const standard = await add();
      Object.assign(secrets, standard.secrets);
      const here = { issuer: origin, listening: origin, db, databaseUrl: postgres.url, metricsOrigin: '' };
      return { ...here, person: standard.person, logged: () => '', async stop() {} };
    },
  };
}
