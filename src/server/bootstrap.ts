/** Prepares what a server needs before it can serve: the migrated database, the keys of its secrets, the demo data. */
import { availableParallelism } from 'node:os';
import type { Config } from '../config/index.ts';
import type { CleanupStack } from '../lifecycle/cleanup-stack.ts';
import type { Logger } from '../log/index.ts';
import { createDecoys, type Decoys } from '../operations/decoys.ts';
import { createPasswords, hashingThreads, type Passwords } from '../operations/passwords.ts';
import { resealTotp } from '../operations/second-step.ts';
import { resealSigningKeys } from '../operations/signing-keys.ts';
import { trustOrganisations } from '../operations/trusted-organisations.ts';
import { resealWebhookSecrets } from '../operations/webhooks.ts';
import { connectDatabase } from '../store/connect.ts';
import { sharesSessions } from '../store/connection.ts';
import { type Database, openDatabase } from '../store/database.ts';
import type { EmbeddedPostgresOptions } from '../store/embedded/index.ts';
import { watchLocks } from '../store/lock-watch.ts';
import { migrate } from '../store/migrate.ts';
import { createSealer, type Sealer } from '../store/sealer.ts';
import { adoptFirstSecret, bindSecrets, hasSealedSignals, loadOrCreateSecrets } from '../store/secrets.ts';
import { backgroundTimeouts, type Timeouts } from '../store/timeouts.ts';

/** The providers whose identity assertions (ID-JAG) the operator accepts. */
export const enterpriseIssuers = ({ upstreams }: Pick<Config, 'upstreams'>): string[] =>
  upstreams.filter(({ enterprise }) => enterprise).map(({ issuer }) => issuer);

export interface Bootstrap {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly passwords: Passwords;
  readonly decoys: Decoys;
  /** The secret of the demo gateway client. */
  readonly demoGatewaySecret: string | undefined;
}

/** What every part of the server is built from. */
export interface Base extends Bootstrap {
  readonly config: Config;
  readonly log: Logger;
  readonly cleanup: CleanupStack;
}

export interface BootstrapOptions {
  /**
   * Set in workers: the primary process has created the demo data, and passes the secret of the demo gateway on.
   */
  readonly demoGatewaySecret?: string | undefined;
  /** Aborted when the process should stop, so that it no longer waits for a database. */
  readonly stopSignal?: AbortSignal | undefined;
  /** Limits of statements of requests; tests pass shorter ones. */
  readonly timeouts?: Timeouts | undefined;
  /** Hashes passwords; tests pass one that they can hold up. */
  readonly passwords?: Passwords | undefined;
}

export async function bootstrap(
  config: Config,
  log: Logger,
  cleanup: CleanupStack,
  { demoGatewaySecret, stopSignal, timeouts, ...options }: BootstrapOptions,
): Promise<Bootstrap> {
  const onLog = (message: string) => log.info(message);
  // Waits are warnings, so that operators see why a start takes long.
  const onWait = (message: string) => log.warn(message);
  const embedded = config.embedded ? await startEmbedded({ dataDir: config.dataDir, onLog, onWait }) : undefined;
  if (embedded) cleanup.add(() => embedded.stop());
  const db = await connectDatabase({
    url: embedded?.url ?? (config.databaseUrl as string),
    poolSize: config.databasePoolSize,
    ...(timeouts && { timeouts }),
    onLog: onWait,
    onError: (error) => log.warn({ err: error }, 'a database connection failed'),
    stopSignal,
  });
  cleanup.add(() => db.close());
  // Nobody waits for an answer yet, so a lock is waited for longer.
  const patient = openDatabase({ url: db.url, poolSize: 2, timeouts: backgroundTimeouts });
  const stopWatching = watchLocks(db.url, patient.processIds, onWait);
  try {
    await bringUp(db, config, { onLog, onWait, stopSignal });
    const sealer = createSealer(config.secrets ?? (await loadOrCreateSecrets(config.dataDir)));
    await bindSecrets(patient, sealer);
    await resealSigningKeys(patient, sealer);
    await resealWebhookSecrets(patient, sealer);
    await resealTotp(patient, sealer);
    if (await hasSealedSignals(patient)) {
      const { resealPushAuthorizations } = await import('../operations/signal-push-seal.ts');
      await resealPushAuthorizations(patient, sealer);
    }
    await adoptFirstSecret(patient, sealer);
    await trustOrganisations(patient, enterpriseIssuers(config));
    const decoys = createDecoys(sealer);
    await decoys.read(patient);
    const concurrency = hashingThreads(availableParallelism(), config.workers);
    const passwords = options.passwords ?? createPasswords({ concurrency, decoyOf: decoys.of });
    const made = { db, sealer, passwords, decoys };
    if (!config.demo || demoGatewaySecret !== undefined) return { ...made, demoGatewaySecret };
    const { ensureDemoData } = await import('../operations/demo.ts');
    const { gatewaySecret } = await ensureDemoData(patient, { passwords, sealer }, config);
    return { ...made, demoGatewaySecret: gatewaySecret };
  } finally {
    stopWatching();
    await patient.close();
  }
}

type Say = (message: string) => void;

interface BringUpOptions {
  readonly onLog: Say;
  readonly onWait: Say;
  readonly stopSignal: AbortSignal | undefined;
}

/** Migrates the database, or sees that nothing is missing. */
async function bringUp(db: Database, { databaseDirectUrl, autoMigrate }: Config, options: BringUpOptions) {
  const url = autoMigrate && databaseDirectUrl !== undefined ? await waitFor(databaseDirectUrl, options) : db.url;
  if (autoMigrate && !sharesSessions(url)) return migrate(url, options.onLog, undefined, options.onWait);
  return (await import('../store/pending-migrations.ts')).refusePending(db, autoMigrate);
}

/** Waits until the database answers there too. Returns the address, with what is known of a pooler behind it. */
async function waitFor(url: string, { onWait, stopSignal }: BringUpOptions): Promise<string> {
  const setting = 'DATABASE_DIRECT_URL';
  const direct = await connectDatabase({ url, setting, poolSize: 1, onLog: onWait, stopSignal });
  await direct.close();
  return direct.url;
}

/** A server with a database of its own imports none of this. */
const startEmbedded = async (options: EmbeddedPostgresOptions) =>
  (await import('../store/embedded/index.ts')).startEmbeddedPostgres(options);
