/** What files in deploy/ may name. */
import { settings } from '../../src/config/index.ts';

/** Names of the environment variables of the server. */
export const settingNames: readonly string[] = Object.values(settings).map(({ name }) => name);

/** Names that deploy/ uses ahead of the table. A name that the table has does not belong here. */
export const pendingSettings: readonly string[] = [
  'AUTO_MIGRATE',
  'DATABASE_DIRECT_URL',
  'DATABASE_REPLICA_URL',
].filter((name) => !settingNames.includes(name));
