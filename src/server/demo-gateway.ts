/** The gateway of the playground’s API. Its verifier follows the revocation feed of this server over HTTP, like any gateway’s. */
import type { Config } from '../config/index.ts';
import { createGuard } from '../gateway/guard.ts';
import { createApiLimits } from '../gateway/limits.ts';
import { createGatewayHandler } from '../gateway/reference/handler.ts';
import { resourceMetadataUrl } from '../gateway/resource-metadata.ts';
import { createVerifier } from '../gateway/verifier.ts';
import type { Logger } from '../log/index.ts';
import { droppedLogLines } from '../log/output.ts';
import { demo } from '../policy/demo.ts';

export interface DemoGateway {
  readonly handle: ReturnType<typeof createGatewayHandler>;
  close(): Promise<void>;
}

/** Resolves when the gateway knows the revocation list, or cannot read it: then it introspects. */
export async function startDemoGateway(
  { issuer, apiResource }: Config,
  { mount, gatewaySecret, log }: { mount: string; gatewaySecret: string; log: Logger },
): Promise<DemoGateway> {
  const verifier = createVerifier({
    issuer,
    audience: apiResource,
    apiKeys: true,
    credentials: { clientId: demo.gateway, clientSecret: gatewaySecret },
    onProblem: (error) => log.debug({ err: error }, 'the playground’s gateway'),
  });
  const { verify } = verifier;
  const origin = `${issuer}${mount}`;
  // The handler serves the metadata below the mount; the root of this host is the authorization server.
  const resourceMetadata = `${origin}${new URL(resourceMetadataUrl(apiResource)).pathname}`;
  const handle = createGatewayHandler({
    issuer,
    resource: apiResource,
    guard: createGuard({ verifier: { verify, issuer, audience: apiResource }, origin, resourceMetadata }),
    limits: createApiLimits({ kind: 'memory' }),
    status: () => verifier.status,
    droppedLogLines,
    isTrustedProxy: () => false,
    onError: (err, requestId) => log.error({ err, requestId }, 'the playground’s gateway failed'),
  });
  await verifier.ready().catch(() => {});
  return { handle, close: () => verifier.close() };
}
