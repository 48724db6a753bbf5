/**
 * The reference gateway: every call is matched against the route table, its token verified and its scope held against
 * it, counted, and passed on as it came, with who calls in headers that nobody else can set.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchApiRoute } from '../../policy/api-routes.ts';
import type { AccessTokenClaims } from '../claims.ts';
import type { ApiLimits } from '../limits.ts';
import { guardedRequest } from '../node-request.ts';
import { resourceMetadata } from '../resource-metadata.ts';
import type { VerifierStatus } from '../verifier.ts';
import { answerError, answerJson, refuse } from './answer.ts';
import { type ForwardAuthDeps, forwardAuth } from './forward-auth.ts';
import { identityHeaders, identitySignature, stripIdentity } from './identity.ts';
import { answerFromSample } from './sample-api.ts';

export interface GatewayDeps extends ForwardAuthDeps {
  readonly issuer: string;
  /** The API as a resource. */
  readonly resource: string;
  readonly limits: ApiLimits;
  readonly status: () => VerifierStatus;
  /** Passes a request on; without it, the sample API answers. */
  readonly proxy?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Signs the identity headers. */
  readonly identitySecret?: string | undefined;
  readonly onError: (error: unknown) => void;
}

export function createGatewayHandler(deps: GatewayDeps) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = `req_${randomUUID()}`;
    response.setHeader('X-Request-Id', requestId);
    handle(deps, request, response, requestId).catch((error: unknown) => {
      deps.onError(error);
      if (response.headersSent) return void response.destroy();
      answerError(response, { status: 500, code: 'SERVER_ERROR', message: 'Something here failed' }, requestId);
    });
  };
}

async function handle(deps: GatewayDeps, request: IncomingMessage, response: ServerResponse, requestId: string) {
  const [path, query = ''] = (request.url ?? '/').split('?', 2) as [string, string?];
  if (request.method === 'GET' && path === '/healthz') return answerJson(response, 200, { status: 'ok' });
  if (request.method === 'GET' && path === '/readyz') return ready(deps, response);
  if (request.method === 'GET' && path.startsWith('/.well-known/oauth-protected-resource'))
    return metadata(deps, response);
  if (path === '/forward-auth') return forwardAuth(request, response, deps, requestId);

  const route = matchApiRoute(request.method ?? '', path);
  if (!route || /(?:^|&)_method=/i.test(query)) {
    request.resume();
    return answerError(
      response,
      { status: 404, code: 'NOT_FOUND', message: 'The API has no such endpoint' },
      requestId,
    );
  }
  const verdict = await deps.guard.check(guardedRequest(request, deps.origin, requestId), [route.scope]);
  if ('refusal' in verdict) {
    request.resume();
    return refuse(response, verdict.refusal);
  }
  if (!(await withinLimits(deps, request, response, verdict.claims, requestId))) return;
  if (!deps.proxy) return answerFromSample(request, response, route, requestId);
  passIdentity(deps, request, path, verdict.claims, requestId);
  await deps.proxy(request, response);
}

async function withinLimits(
  { limits }: GatewayDeps,
  request: IncomingMessage,
  response: ServerResponse,
  claims: AccessTokenClaims,
  requestId: string,
): Promise<boolean> {
  const { client_id: clientId, sub: subject, tier } = claims;
  const verdict = await limits.count({ clientId, subject, tier });
  for (const [name, value] of Object.entries(verdict.headers)) response.setHeader(name, value);
  if (verdict.allowed) return true;
  request.resume();
  const headers = { 'Retry-After': String(verdict.retryAfterSeconds) };
  const message = `Too many requests ${windowNames[verdict.exceeded ?? 'hourly']} for this app and person`;
  answerError(response, { status: 429, code: 'RATE_LIMITED', message, headers }, requestId);
  return false;
}

const windowNames = { burst: 'per second', hourly: 'per hour', daily: 'per day' };

function passIdentity(
  { identitySecret }: GatewayDeps,
  request: IncomingMessage,
  path: string,
  claims: AccessTokenClaims,
  requestId: string,
): void {
  stripIdentity(request.headers);
  const identity = identityHeaders(claims);
  for (const [name, value] of Object.entries(identity)) request.headers[name.toLowerCase()] = value;
  request.headers['x-request-id'] = requestId;
  if (!identitySecret) return;
  const { method = 'GET' } = request;
  request.headers['x-auth-signature'] = identitySignature(identitySecret, { method, path }, identity, Date.now());
}

/** Cut off from the feed, each call is introspected: slower, and still right. */
function ready({ status }: GatewayDeps, response: ServerResponse): void {
  const state = status();
  answerJson(response, 200, { status: 'ready', revocations: state.revocations });
}

function metadata({ resource, issuer }: GatewayDeps, response: ServerResponse): void {
  answerJson(response, 200, resourceMetadata({ resource, issuer }), {
    'Cache-Control': 'public, max-age=300',
    'Access-Control-Allow-Origin': '*',
  });
}
