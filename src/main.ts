/** Reads the environment, starts the server, stops it when asked to. */
import cluster from 'node:cluster';
import { announce } from './announce.ts';
import { startServers } from './cluster.ts';
import { readConfig } from './config.ts';
import { ConfigError } from './config-problems.ts';
import { AppError } from './errors.ts';
import { createLogger } from './log.ts';

try {
  const config = readConfig(process.env);
  const log = createLogger({ level: config.logLevel });
  const starting = startServers(config, log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      log.info({ signal }, 'stopping');
      // Also in the middle of a start: what was started is stopped.
      await (await starting.catch(() => undefined))?.stop();
      process.exit(0);
    });
  }
  const server = await starting;
  if (cluster.isPrimary) announce(config, server);
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof AppError;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
