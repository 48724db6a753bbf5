/** The gateway of the playground’s API. Its verifier follows the revocation feed of this server over HTTP, like any gateway’s. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config/index.ts';
import { createGuard, type Guard } from '../gateway/guard.ts';
import { createApiLimits } from '../gateway/limits.ts';
import { guardedRequest } from '../gateway/node-request.ts';
import { createCallNotes } from '../gateway/reference/call-notes.ts';
import { createGatewayHandler } from '../gateway/reference/handler.ts';
import { sampleProjects } from '../gateway/reference/sample-api.ts';
import { resourceMetadataUrl } from '../gateway/resource-metadata.ts';
import { createUsageReporter } from '../gateway/usage.ts';
import { createVerifier } from '../gateway/verifier.ts';
import type { Logger } from '../log/index.ts';
import { droppedLogLines } from '../log/output.ts';
import { demo } from '../policy/demo.ts';
import { internalAudience } from '../policy/resources.ts';

/** A minute is too long for somebody who tries the demo and looks at a page. */
const usageIntervalMs = 2_000;

export interface DemoGateway {
  readonly handle: ReturnType<typeof createGatewayHandler>;
  close(): Promise<void>;
}

/** The projects of a person, for this server alone. */
async function answerProjects(guard: Guard, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = guardedRequest(request, response, { target: request.url ?? '/', address: undefined });
  const verdict = await guard.check(asked, ['projects:read'], { filtered: true });
  const { status, headers, body } =
    'refusal' in verdict
      ? verdict.refusal
      : { status: 200, headers: { 'Content-Type': 'application/json' }, body: sampleProjects(`req_${randomUUID()}`) };
  response.writeHead(status, { ...headers }).end(JSON.stringify(body));
}

/** Resolves when the gateway knows the revocation list, or cannot read it: then it introspects. */
export async function startDemoGateway(
  { issuer, apiResource }: Config,
  { mount, gatewaySecret, log }: { mount: string; gatewaySecret: string; log: Logger },
): Promise<DemoGateway> {
  const credentials = { clientId: demo.gateway, clientSecret: gatewaySecret };
  const onProblem = (err: Error) => log.debug({ err }, 'the playground’s gateway');
  const verifier = createVerifier({
    issuer,
    audience: apiResource,
    otherAudiences: [internalAudience(apiResource)],
    credentials,
    apiKeys: true,
    onProblem,
  });
  const usage = createUsageReporter({
    url: `${issuer}/oauth/usage`,
    credentials,
    intervalMs: usageIntervalMs,
    onProblem,
  });
  const { verify } = verifier;
  const origin = `${issuer}${mount}`;
  // The handler serves the metadata below the mount; the root of this host is the authorization server.
  const resourceMetadata = `${origin}${new URL(resourceMetadataUrl(apiResource)).pathname}`;
  const own = { verify, issuer, audience: apiResource };
  const internal = createGuard({ verifier: own, origin, resource: internalAudience(apiResource), resourceMetadata });
  const handleCall = createGatewayHandler({
    issuer,
    resource: apiResource,
    guard: createGuard({ verifier: own, origin, resourceMetadata }),
    limits: createApiLimits({ kind: 'memory' }),
    status: () => verifier.status,
    droppedLogLines,
    isTrustedProxy: () => false,
    note: createCallNotes(usage),
    onError: (err, requestId) => log.error({ err, requestId }, 'the playground’s gateway failed'),
  });
  await verifier.ready().catch(() => {});
  const handle: typeof handleCall = (request, response) => {
    if (request.url?.split('?', 1)[0] !== demo.projects) return handleCall(request, response);
    answerProjects(internal, request, response).catch((err: unknown) => {
      log.error({ err }, 'the playground’s list of projects failed');
      response.destroy();
    });
  };
  return {
    handle,
    async close() {
      await usage.close();
      await verifier.close();
    },
  };
}
