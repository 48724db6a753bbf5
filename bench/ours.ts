/** The server of this repository, started like in production: src/main.ts, with logs, on its own database. */
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyClient } from '../src/operations/client-review.ts';
import { createClient } from '../src/operations/clients.ts';
import { openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { get } from './http.ts';
import { apiResource, emailOf, passwordHash, people, redirectUri } from './scenario.ts';
import type { Secret, Variant } from './variant.ts';

export interface OursOptions {
  readonly databaseUrl: string;
  /** Additional settings. */
  readonly env: Readonly<Record<string, string>>;
  /** Flags of Node. */
  readonly execArgv: readonly string[];
  /** A node on the same database, whose clients this one has too. */
  readonly beside?: Pick<Variant, 'service' | 'gateway'>;
}

const actor = { id: 'bench' };
/** SECRETS of the server. */
export const secret = 'the-secret-of-a-benchmark-that-is-long-enough';

export async function startOurs({ databaseUrl, env, execArgv, beside }: OursOptions): Promise<Variant> {
  const clients = beside ? { service: beside.service, gateway: beside.gateway } : await seed(databaseUrl);
  const port = env.PORT ?? String(await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const metricsPort = String(await freePort());
  const settings = {
    ISSUER: origin,
    PORT: port,
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    SECRETS: secret,
    API_RESOURCE: apiResource,
    RATE_LIMITS: 'off',
    METRICS_PORT: metricsPort,
    ...env,
  };
  const child = startChild(new URL('../src/main.ts', import.meta.url), settings, execArgv);
  try {
    await Promise.race([child.ended, untilReady(origin)]);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    name: 'ours',
    origin,
    pid: child.pid,
    app: 'app',
    ...clients,
    opaqueResource: undefined,
    issuesJwts: true,
    metrics: `http://127.0.0.1:${metricsPort}`,
    async statements() {
      const { text } = await get(`http://127.0.0.1:${metricsPort}/metrics`);
      return Number(/^database_statements_total (\d+)/m.exec(text)?.[1]);
    },
    ended: child.ended,
    stop: () => child.stop(),
  };
}

async function seed(url: string): Promise<{ service: Secret; gateway: Secret }> {
  await migrate(url);
  const db = openDatabase({ url, poolSize: 1 });
  try {
    const insert = {
      name: 'bench-people',
      text: `INSERT INTO accounts (id, email, name, password_hash)
        SELECT 'acc_bench' || n, replace($1, '0', n::text), 'Person ' || n, $2 FROM generate_series(1, $3::int) n`,
    };
    await db.run(insert, [emailOf(0), await passwordHash(), people]);
    const app = { client_id: 'app', client_name: 'App', type: 'spa', redirect_uris: [redirectUri] } as const;
    await createClient(db, { ...app, client_uri: 'https://app.example' }, actor);
    // There are more people than an unverified app may have. A higher limit would count them all at each consent.
    await verifyClient(db, app.client_id, actor, 'Benchmark');
    const confidential = async (id: string, more: { gateway_resource?: string } = {}): Promise<Secret> => {
      const input = { client_id: id, client_name: id, type: 'service', ...more } as const;
      const { clientSecret } = await createClient(db, input, actor);
      return { id, secret: clientSecret as string };
    };
    const service = await confidential('service');
    const gateway = await confidential('gateway', { gateway_resource: apiResource });
    await db.script('ANALYZE accounts');
    return { service, gateway };
  } finally {
    await db.close();
  }
}

async function untilReady(origin: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    const answer = await get(`${origin}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
  }
  throw new Error('the server is not ready after 30 s');
}
