/** Starts a whole server with its own database on a free port, from the same root as production. */
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as argon2 from '@node-rs/argon2';
import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import { inject } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/log/index.ts';
import { createPasswords, type Passwords } from '../../src/operations/passwords.ts';
import type { Outbound } from '../../src/outbound/request.ts';
import { startServer } from '../../src/server/index.ts';
import type { Database } from '../../src/store/database.ts';
import type { Timeouts } from '../../src/store/timeouts.ts';
import { createTestDatabase } from './database.ts';
import { standardName } from './database-names.ts';
import { freePort } from './free-port.ts';
import { patientTimeouts } from './patient-timeouts.ts';
import { addStandard, testSecret } from './standard.ts';

export { addPerson, apiResource, password, redirectUri, testSecret } from './standard.ts';

/** Secrets of the clients of the last started server. A test that rotates a secret writes the new one here. */
export const secrets: Record<string, string> = {};

export interface TestServer {
  readonly issuer: string;
  /** The origin on which it listens, for a proxy in front of it. */
  readonly listening: string;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly metricsOrigin: string;
  readonly person: { id: string; email: string };
  /** Returns the log, one JSON document a line. */
  logged(): string;
  stop(): Promise<void>;
}

/** A server in this process. */
export interface TestNode extends TestServer {
  /** Its metrics. */
  readonly registry: Registry;
  /** Waits until this node has heard of all changes of clients that others have committed. */
  hasHeard(): Promise<void>;
}

export interface TestServerOptions {
  env?: Record<string, string>;
  /** Starts a second node on the database of this server. */
  beside?: TestServer;
  /** Creates the demo data and the playground, as on an embedded database. */
  demo?: boolean;
  /** The network for requests to addresses that strangers chose. */
  outbound?: Outbound;
  /** Limits of its statements, for tests that reach them. */
  timeouts?: Timeouts;
  /** Hashes passwords, for tests that hold it up. */
  passwords?: Passwords;
  /** How often it cleans up; tests mostly do that themselves. */
  upkeepEveryMs?: number;
  /** Takes fewer requests at a time while the machine is slow, as in production. */
  shedsLoad?: boolean;
}

const verified = new LRUCache<string, Promise<boolean>>({ max: 1_000 });

/**
 * Verifies a password against a hash, and says the same again when it is asked again: most tests sign the same person in, and
 * argon2 took an eighth of the time of all tests. How long a verification takes is tested without this.
 */
function verifyOnce(stored: string | Uint8Array, password: string | Uint8Array): Promise<boolean> {
  const key = JSON.stringify([String(stored), String(password)]);
  const answer = verified.get(key) ?? argon2.verify(stored, password);
  verified.set(key, answer);
  return answer;
}

/** One folder for all servers of a process: nothing may end up in the checkout. */
const dataDir = join(tmpdir(), `vcauth-test-${process.pid}`);

/** Refuses nobody, however long a hash takes on this machine. */
const patientPasswords = createPasswords({ maxWaitMs: 600_000, argon2id: { hash: argon2.hash, verify: verifyOnce } });

/** Starts a server with one person and the standard clients. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestNode> {
  const {
    env = {},
    beside,
    demo = false,
    outbound,
    timeouts = patientTimeouts,
    shedsLoad = false,
    upkeepEveryMs = 600_000,
  } = options;
  const passwords = options.passwords ?? (shedsLoad ? undefined : patientPasswords);
  // The template has everything already, but it was sealed with the test secret.
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
    DATABASE_URL: own?.database.url ?? url,
    SECRETS: testSecret,
    METRICS_PORT: '0',
    DRAIN_SECONDS: '0',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'debug',
    // Where it would write mails.
    DATA_DIR: dataDir,
    ...env,
  });
  const changes = new EventEmitter();
  const measured = Promise.withResolvers<Registry>();
  const server = await startServer({ ...config, demo }, createLogger({ level: config.logLevel, stream }), {
    timeouts,
    upkeepEveryMs,
    onClientChange: (clientId) => void changes.emit(clientId),
    onMetrics: measured.resolve,
    ...(outbound && { outbound }),
    ...(passwords && { passwords }),
    // Tests send what a thousand callers would from one address, and set the clock of the process.
    ...(!shedsLoad && { loopWatch: { share: () => 4, begin() {} }, trustsClock: () => true }),
  });
  const standard = beside ? undefined : prepared ? inject('standard') : await addStandard(database);
  if (standard) {
    // The files of a worker share this module: clients of an earlier file may have the ids of public clients of this one.
    for (const clientId of Object.keys(secrets)) delete secrets[clientId];
    Object.assign(secrets, standard.secrets);
  }
  return {
    issuer,
    listening: server.origin,
    db: database,
    databaseUrl: url,
    metricsOrigin: server.metricsOrigin as string,
    registry: await measured.promise,
    person: (standard ?? (beside as TestServer)).person,
    logged: () => lines.join(''),
    async hasHeard() {
      // Changes are heard in the order of their commits. A mark that was sent while the channel was silent is lost, so it is sent again.
      const mark = `mark-${randomUUID()}`;
      const heard = once(changes, mark).then(() => true);
      do await database.notify('clients', mark);
      while (!(await Promise.race([heard, sleep(1_000, false)])));
    },
    async stop() {
      await server.stop();
      await own?.drop();
    },
  };
}

/**
 * A port on which nobody listens. Unlike a free port, it is never assigned to another process, because systems do not assign
 * such low ports. (`fetch` blocks port 1.)
 */
export const deadPort = 2;
