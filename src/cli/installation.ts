/**
 * What a command works on: the same environment, database and secrets as the server's, opened when first asked for. An
 * embedded database that runs is shared with the server; one that does not is started, and stopped again by close().
 */
import { type Config, readConfig } from '../config/index.ts';
import { AppError } from '../errors.ts';
import type { Actor } from '../operations/actor.ts';
import { connectDatabase } from '../store/connect.ts';
import type { Database } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded/index.ts';
import { watchLocks } from '../store/lock-watch.ts';
import { migrate, pendingMigrations } from '../store/migrate.ts';
import { createVault, type Vault } from '../store/sealer.ts';
import { checkSecrets, loadOrCreateSecrets } from '../store/secrets.ts';
import { terminalActor } from './terminal-actor.ts';

export interface Installation {
  /** @throws ConfigError */
  config(): Config;
  /** Who does it, for the audit log. @throws ConfigError */
  actor(): Actor;
  /** Where the database is, without a look at its tables. */
  databaseUrl(): Promise<string>;
  /** @throws AppError conflict when an external database has not been migrated */
  database(): Promise<Database>;
  /** @throws AppError invalid when SECRETS are not those of this database */
  vault(): Promise<Vault>;
  close(): Promise<void>;
}

export function openInstallation(env: NodeJS.ProcessEnv, note: (message: string) => void): Installation {
  const undo: (() => Promise<unknown>)[] = [];
  const config = once(() => readConfig(env));

  const databaseUrl = once(async () => {
    const { databaseUrl: external, dataDir } = config();
    if (external !== undefined) return external;
    const embedded = await startEmbeddedPostgres({ dataDir, onLog: note, onWait: note });
    undo.push(() => embedded.stop());
    return embedded.url;
  });

  const database = once(async () => {
    const url = await databaseUrl();
    const db = await connectDatabase({ url, poolSize: 4, onLog: note, patienceMs: 3_000 });
    undo.push(() => db.close());
    const stopWatching = watchLocks(db.url, db.processIds, note);
    undo.push(async () => stopWatching());
    if (config().embedded) await migrate(db, note);
    else await refuseUnmigrated(db);
    return db;
  });

  const vault = once(async () => {
    const { secrets, dataDir } = config();
    const opened = createVault(secrets ?? (await loadOrCreateSecrets(dataDir)));
    await checkSecrets(await database(), opened);
    return opened;
  });

  return {
    config,
    actor: once(() => terminalActor(config().cliUser)),
    databaseUrl,
    database,
    vault,
    async close() {
      for (const step of undo.splice(0).reverse()) await step();
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
