/** What files in deploy/ may name. */
import { settings } from '../../src/config/index.ts';

/** Names of the environment variables of the server. */
export const settingNames: readonly string[] = Object.values(settings).map(({ name }) => name);
