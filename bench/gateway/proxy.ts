/**
 * A child process: the reference gateway, or only its proxy, which adds what every proxy adds (X-Forwarded-*, a request id)
 * and checks nothing.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createGuard } from '../../src/gateway/guard.ts';
import { createApiLimits } from '../../src/gateway/limits.ts';
import { createGatewayHandler } from '../../src/gateway/reference/handler.ts';
import { createUpstream } from '../../src/gateway/reference/proxy.ts';
import { readHead } from '../../src/gateway/reference/request-head.ts';
import { resourceMetadataUrl } from '../../src/gateway/resource-metadata.ts';
import { createVerifier } from '../../src/gateway/verifier.ts';
import { issuer, resource } from './tokens.ts';

const [mode, stub] = process.argv.slice(2) as [string, string];
const onError = (error: unknown) => process.stderr.write(`${(error as Error).stack}\n`);
const isTrustedProxy = () => false;
const resourceMetadata = resourceMetadataUrl(resource);
const upstream = createUpstream({
  url: stub,
  timeoutMs: 10_000,
  origin: resource,
  resourceMetadata,
  isTrustedProxy,
  onError,
});
const unchecked: RequestListener = (request, response) => {
  const requestId = `req_${randomUUID()}`;
  upstream.pass({ request, head: readHead(request), response, requestId, headers: { 'X-Request-Id': requestId } });
};
const server = createServer(mode === 'checked' ? await checked() : unchecked);
// Longer than the other half of a round, so that no connection is closed during a measurement.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as { port: number }).port}`));

async function checked() {
  const verifier = createVerifier({
    issuer,
    audience: resource,
    credentials: { clientId: 'bench', clientSecret: 'bench' },
    endpoints: { jwks: `${stub}/oauth/jwks`, revocations: `${stub}/oauth/revocations` },
  });
  await verifier.ready();
  return createGatewayHandler({
    issuer,
    resource,
    guard: createGuard({ verifier, origin: resource }),
    limits: createApiLimits({ kind: 'memory' }),
    status: () => verifier.status,
    droppedLogLines: () => 0,
    isTrustedProxy,
    proxy: upstream.pass,
    onError,
  });
}
// A regular exit, so that --cpu-prof writes its file.
process.once('SIGTERM', () => process.exit(0));
