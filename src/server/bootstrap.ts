/** What a server stands on: the database, reached and migrated, the keys of its secrets, the demo data. */
import type { Config } from '../config/index.ts';
import type { Undo } from '../lifecycle/cleanup-stack.ts';
import type { Logger } from '../log/index.ts';
import { ensureDemoData } from '../operations/demo.ts';
import { createPasswords, type Passwords } from '../operations/passwords.ts';
import { resealSigningKeys } from '../operations/signing-keys.ts';
import { resealWebhookSecrets } from '../operations/webhooks.ts';
import { connectDatabase } from '../store/connect.ts';
import type { Database } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded/index.ts';
import { watchLocks } from '../store/lock-watch.ts';
import { migrate } from '../store/migrate.ts';
import { createVault, type Vault } from '../store/sealer.ts';
import { adoptFirstSecret, bindSecrets, loadOrCreateSecrets } from '../store/secrets.ts';

export interface Foundation {
  readonly db: Database;
  readonly vault: Vault;
  readonly passwords: Passwords;
  /** The secret of the demo gateway client. */
  readonly demoGatewaySecret: string | undefined;
}

export interface FoundationOptions {
  /**
   * In a process that works beside others, whoever started them has seen to the demo data; it then passes the secret of
   * the demo gateway on.
   */
  readonly demoGatewaySecret?: string | undefined;
  /** Says that somebody has asked to stop: nobody waits for a database then. */
  readonly asked?: AbortSignal | undefined;
}

export async function layFoundation(
  config: Config,
  log: Logger,
  undo: Undo,
  { demoGatewaySecret, asked }: FoundationOptions,
): Promise<Foundation> {
  const onLog = (message: string) => log.info(message);
  // Whoever is on call has to see why the start takes its time.
  const onWait = (message: string) => log.warn(message);
  const embedded = config.embedded
    ? await startEmbeddedPostgres({ dataDir: config.dataDir, onLog, onWait })
    : undefined;
  if (embedded) undo.add(() => embedded.stop());
  const db = await connectDatabase({
    url: embedded?.url ?? (config.databaseUrl as string),
    poolSize: config.databasePoolSize,
    onLog: onWait,
    onError: (error) => log.warn({ err: error }, 'a database connection failed'),
    asked,
  });
  undo.add(() => db.close());
  const stopWatching = watchLocks(db.url, db.processIds, onWait);
  try {
    await migrate(db, onLog, undefined, onWait);
    const vault = createVault(config.secrets ?? (await loadOrCreateSecrets(config.dataDir)));
    await bindSecrets(db, vault);
    await resealSigningKeys(db, vault);
    await resealWebhookSecrets(db, vault);
    await adoptFirstSecret(db, vault);
    const passwords = createPasswords();
    if (!config.demo || demoGatewaySecret !== undefined) return { db, vault, passwords, demoGatewaySecret };
    const { gatewaySecret } = await ensureDemoData(db, { passwords, vault }, config);
    return { db, vault, passwords, demoGatewaySecret: gatewaySecret };
  } finally {
    stopWatching();
  }
}
