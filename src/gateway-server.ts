/** Puts the reference gateway together: verifier → guard → limits → handler → listener. */

import { createGuard } from './gateway/guard.ts';
import { createApiLimits, type LimitStore } from './gateway/limits.ts';
import { createGatewayHandler } from './gateway/reference/handler.ts';
import { createUpstream } from './gateway/reference/proxy.ts';
import { resourceMetadataUrl } from './gateway/resource-metadata.ts';
import { createVerifier } from './gateway/verifier.ts';
import type { GatewayConfig, LimitsUrl } from './gateway-config.ts';
import { close, listen, originOf } from './listener.ts';
import type { Logger } from './log.ts';
import { openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { createUndo, type Undo } from './undo.ts';

export interface RunningGateway {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Running requests get this long to finish; milliseconds. */
const grace = 10_000;

export async function startGateway(config: GatewayConfig, log: Logger): Promise<RunningGateway> {
  const undo = createUndo(log);
  try {
    const { issuer, resource, clientId, clientSecret, upstreamUrl } = config;
    const onError = (error: unknown) => log.error({ err: error }, 'a request failed');
    const verifier = createVerifier({
      issuer,
      audience: resource,
      credentials: { clientId, clientSecret },
      onProblem: (error) => log.warn({ err: error }, 'the authorization server can’t be reached as it should'),
    });
    undo.add(() => verifier.close());
    const limits = createApiLimits(await limitStore(config.limits, undo, log));
    const guard = createGuard({ verifier, resourceMetadata: resourceMetadataUrl(config.origin) });
    const handler = createGatewayHandler({
      ...config,
      guard,
      limits,
      status: () => verifier.status,
      onError,
      ...(upstreamUrl ? { proxy: createUpstream(upstreamUrl, onError) } : {}),
    });
    const server = await listen(handler, config);
    undo.add(() => close(server, grace));
    return { origin: originOf(server), stop: () => undo.all() };
  } catch (error) {
    await undo.all();
    throw error;
  }
}

async function limitStore(limits: LimitsUrl, undo: Undo, log: Logger): Promise<LimitStore> {
  if (limits.kind === 'memory') return { kind: 'memory' };
  if (limits.kind === 'postgres') {
    const db = openDatabase({
      url: limits.url,
      poolSize: 10,
      onError: (err) => log.warn({ err }, 'counts: the database'),
    });
    undo.add(() => db.close());
    await migrate(db);
    return { kind: 'postgres', client: db.pgPool };
  }
  const { Redis } = await import('ioredis');
  const client = new Redis(limits.url, { enableOfflineQueue: false, lazyConnect: true });
  client.on('error', (err: Error) => log.warn({ err }, 'counts: Redis'));
  await client.connect();
  undo.add(async () => client.disconnect());
  return { kind: 'redis', client };
}
