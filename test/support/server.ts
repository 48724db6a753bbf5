/** A whole server on a database of its own, as production starts it: the same root, on a free port. */
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { createAccount } from '../../src/operations/accounts.ts';
import { createClient } from '../../src/operations/clients.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import type { Outbound } from '../../src/outbound/request.ts';
import { startServer } from '../../src/server.ts';
import type { Database } from '../../src/store/database.ts';
import { createTestDatabase } from './database.ts';

export const password = 'correct horse battery staple';
/** The one secret of each server here, unless a test gives others. */
export const testSecret = 'a test secret that is long enough to be one';
export const apiResource = 'https://api.vibecaas.com';
export const redirectUri = 'https://app.example/callback';
const actor = { id: 'test' };

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
}

/** Starts a server with one account and the clients of `addClients`. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { env = {}, beside, demo = false, outbound } = options;
  const own = beside ? undefined : await createTestDatabase();
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
    ...(outbound && { outbound }),
  });
  const person = beside?.person ?? (await addPerson(database, 'person@example.com'));
  if (!beside) await addClients(database);
  return {
    issuer,
    listening: server.origin,
    db: database,
    databaseUrl: url,
    metricsOrigin: server.metricsOrigin as string,
    person,
    logged: () => lines.join(''),
    async stop() {
      await server.stop();
      await own?.drop();
    },
  };
}

const passwords = createPasswords();

export async function addPerson(db: Database, email: string): Promise<{ id: string; email: string }> {
  return createAccount(db, passwords, { email, name: 'Test Person', password }, actor);
}

/** The clients that most tests use; confidential ones get their secret in `secrets`. */
export const secrets: Record<string, string> = {};

async function addClients(db: Database): Promise<void> {
  const common = { client_uri: 'https://app.example', redirect_uris: [redirectUri] };
  const clients = [
    { ...common, client_id: 'spa', client_name: 'Notes', type: 'spa', default_scope: 'projects:read' },
    { ...common, client_id: 'other', client_name: 'Other', type: 'spa' },
    { ...common, client_id: 'picky', client_name: 'Picky', type: 'spa', optional_scope: 'analytics:read ai:generate' },
    { ...common, client_id: 'web', client_name: 'Web', type: 'web' },
    { client_id: 'native', client_name: 'Native', type: 'native', redirect_uris: ['http://127.0.0.1/callback'] },
    { client_id: 'service', client_name: 'Service', type: 'service' },
    { client_id: 'gateway', client_name: 'Gateway', type: 'service', gateway_resource: apiResource },
    {
      client_id: 'foreign-gateway',
      client_name: 'Foreign gateway',
      type: 'service',
      gateway_resource: 'https://other.example',
    },
  ] as const;
  for (const client of clients) {
    const { clientSecret } = await createClient(db, { ...client } as never, actor);
    if (clientSecret) secrets[client.client_id] = clientSecret;
  }
}

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
