/** A whole server on a database of its own, as production starts it: the same root, on a free port. */
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { inject } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/log/index.ts';
import type { Outbound } from '../../src/outbound/request.ts';
import { startServer } from '../../src/server/index.ts';
import type { Database } from '../../src/store/database.ts';
import type { Timeouts } from '../../src/store/timeouts.ts';
import { createTestDatabase, patientTimeouts } from './database.ts';
import { standardName } from './database-names.ts';
import { addStandard, testSecret } from './standard.ts';

export { addPerson, apiResource, password, redirectUri, testSecret } from './standard.ts';

/** The secrets of the clients of the server that was started last; a test that rolls one writes the new one here. */
export const secrets: Record<string, string> = {};

export interface TestServer {
  readonly issuer: string;
  /** Where it listens on this machine, which a proxy in front of it has to know. */
  readonly listening: string;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly metricsOrigin: string;
  readonly person: { id: string; email: string };
  /** Everything the server has logged, one JSON document a line. */
  logged(): string;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  env?: Record<string, string>;
  /** A second node on the database of another server. */
  beside?: TestServer;
  /** With the demo account, the demo app and the playground, as on an embedded database. */
  demo?: boolean;
  /** The network that strangers' addresses are asked on. */
  outbound?: Outbound;
  /** Limits of its statements, for tests that reach them. */
  timeouts?: Timeouts;
}

/** Starts a server with one person and the standard clients. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { env = {}, beside, demo = false, outbound, timeouts = patientTimeouts } = options;
  // A database that has all of it already, unless it was sealed with another secret.
  const prepared = env.SECRETS === undefined || env.SECRETS === testSecret;
  const own = beside ? undefined : await createTestDatabase(prepared ? standardName : undefined);
  const database = own?.database ?? (beside as TestServer).db;
  const url = own?.url ?? (beside as TestServer).databaseUrl;
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const stream = new PassThrough();
  const lines: string[] = [];
  stream.on('data', (chunk) => lines.push(String(chunk)));
  const config = readConfig({
    ISSUER: issuer,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: url,
    SECRETS: testSecret,
    METRICS_PORT: '0',
    DRAIN_SECONDS: '0',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'debug',
    ...env,
  });
  const server = await startServer({ ...config, demo }, createLogger({ level: config.logLevel, stream }), {
    timeouts,
    ...(outbound && { outbound }),
  });
  const standard = beside ? undefined : prepared ? inject('standard') : await addStandard(database);
  Object.assign(secrets, standard?.secrets);
  return {
    issuer,
    listening: server.origin,
    db: database,
    databaseUrl: url,
    metricsOrigin: server.metricsOrigin as string,
    person: (standard ?? (beside as TestServer)).person,
    logged: () => lines.join(''),
    async stop() {
      await server.stop();
      await own?.drop();
    },
  };
}

/**
 * Nobody listens on it and, unlike a port that was free a moment ago, nobody gets it by chance: systems hand out none so low. (`fetch` refuses port 1 by itself.)
 */
export const deadPort = 2;

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
