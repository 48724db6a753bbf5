/**
 * The environment, database and secrets that a command works on, the same as the server's; opened on first use. A
 * running embedded database is shared with the server. One that does not run is started, and stopped again by close().
 */
import { type Config, readConfig } from '../config/index.ts';
import { AppError } from '../errors.ts';
import type { Actor } from '../operations/actor.ts';
import { connectDatabase } from '../store/connect.ts';
import type { Database } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded/index.ts';
import { watchLocks } from '../store/lock-watch.ts';
import { migrate } from '../store/migrate.ts';
import { pendingMigrations } from '../store/pending-migrations.ts';
import { createSealer, type Sealer } from '../store/sealer.ts';
import { checkSecrets, loadOrCreateSecrets } from '../store/secrets.ts';
import { backgroundTimeouts } from '../store/timeouts.ts';
import { terminalActor } from './terminal-actor.ts';

export interface Installation {
  /** @throws ConfigError */
  config(): Config;
  /** The actor for the audit log. @throws ConfigError */
  actor(): Actor;
  /** The database, whose tables are not checked. */
  connection(): Promise<Database>;
  /** @throws AppError conflict if an external database has not been migrated */
  database(): Promise<Database>;
  /** @throws AppError invalid if SECRETS are not those of this database */
  sealer(): Promise<Sealer>;
  close(): Promise<void>;
}

export function openInstallation(env: NodeJS.ProcessEnv, note: (message: string) => void): Installation {
  const cleanup: (() => Promise<unknown>)[] = [];
  const config = once(() => readConfig(env));

  const databaseUrl = once(async () => {
    const { databaseDirectUrl: direct, databaseUrl: external = direct, dataDir } = config();
    if (external !== undefined) return direct ?? external;
    const embedded = await startEmbeddedPostgres({ dataDir, onLog: note, onWait: note });
    cleanup.push(() => embedded.stop());
    return embedded.url;
  });

  const connection = once(async () => {
    const url = await databaseUrl();
    const setting = config().databaseDirectUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
    const to = { url, setting, poolSize: 4, timeouts: backgroundTimeouts };
    const db = await connectDatabase({ ...to, onLog: note, timeoutMs: 3_000 });
    cleanup.push(() => db.close());
    const stopWatching = watchLocks(db.url, db.processIds, note);
    cleanup.push(async () => stopWatching());
    return db;
  });

  const database = once(async () => {
    const db = await connection();
    if (config().embedded) await migrate(db, note);
    else await refuseUnmigrated(db);
    return db;
  });

  const sealer = once(async () => {
    const { secrets, dataDir } = config();
    const opened = createSealer(secrets ?? (await loadOrCreateSecrets(dataDir)));
    await checkSecrets(await database(), opened);
    return opened;
  });

  return {
    config,
    actor: once(() => terminalActor(config().cliUser)),
    connection,
    database,
    sealer,
    async close() {
      for (const step of cleanup.splice(0).reverse()) await step();
    },
  };
}

async function refuseUnmigrated(db: Database): Promise<void> {
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return;
  throw new AppError('conflict', `This database lacks ${pending.join(', ')}: run vcauth migrate first.`);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
