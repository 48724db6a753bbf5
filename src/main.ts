/** Reads the environment, starts the server, stops it when asked to. */
import cluster from 'node:cluster';
import { announce } from './announce.ts';
import { startServers } from './cluster.ts';
import { ConfigError, readConfig } from './config.ts';
import { AppError } from './errors.ts';
import { createLogger } from './log.ts';

try {
  const config = readConfig(process.env);
  const log = createLogger({ level: config.logLevel });
  const server = await startServers(config, log);
  if (cluster.isPrimary) announce(config, server);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      log.info({ signal }, 'stopping');
      await server.stop();
      process.exit(0);
    });
  }
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof AppError;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
