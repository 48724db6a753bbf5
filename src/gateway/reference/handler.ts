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
import { resourceMetadata, resourceMetadataUrl } from '../resource-metadata.ts';
import type { VerifierStatus } from '../verifier.ts';
import { answerError, answerJson, refuse } from './answer.ts';
import { allowOrigins, answerPreflight } from './cors.ts';
import { malformed } from './form.ts';
import { type ForwardAuthDeps, forwardAuth, isForwardAuth } from './forward-auth.ts';
import { identityHeaders, identitySignature } from './identity.ts';
import { requestHeaders } from './passed-on.ts';
import { answerFromSample } from './sample-api.ts';

export interface GatewayDeps extends ForwardAuthDeps {
  /** The API's public origin. */
  readonly origin: string;
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

/** What a request is asked about, and what it is called in answers and logs. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly requestId: string;
}

export function createGatewayHandler(deps: GatewayDeps) {
  const metadataPath = new URL(resourceMetadataUrl(deps.resource)).pathname;
  return (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = `req_${randomUUID()}`;
    const [path] = (request.url ?? '').split('?', 1) as [string];
    response.setHeader('X-Request-Id', requestId);
    // A body that was announced and not asked for may or may not follow.
    if (request.headers.expect !== undefined) response.shouldKeepAlive = false;
    handle(deps, { request, response, path, requestId }, metadataPath).catch((error: unknown) => {
      deps.onError(error);
      if (response.headersSent) return void response.destroy();
      answerError(response, { status: 500, code: 'SERVER_ERROR', message: 'Something here failed' }, requestId);
    });
  };
}

async function handle(deps: GatewayDeps, call: Call, metadataPath: string): Promise<void> {
  const { request, response, path, requestId } = call;
  const problem = malformed(request);
  if (problem) return fail(call, 400, 'VALIDATION_ERROR', problem);
  if (!/^(?:100-continue)?$/i.test(request.headers.expect ?? '')) {
    return fail(call, 417, 'VALIDATION_ERROR', 'The only expectation is 100-continue');
  }
  if (request.method === 'GET' && path === '/healthz') return answerJson(response, 200, { status: 'ok' });
  if (request.method === 'GET' && path === '/readyz') return ready(deps, response);
  if (isForwardAuth(path)) return forwardAuth(request, response, deps, requestId);

  allowOrigins(request, response);
  if (request.method === 'GET' && path === metadataPath) return metadata(deps, response);
  if (answerPreflight(request, response, path)) return;
  const route = matchApiRoute(request.method ?? '', path);
  if (!route) return fail(call, 404, 'NOT_FOUND', 'The API has no such endpoint');
  const verdict = await deps.guard.check(guardedRequest(request, request.url as string, requestId), [route.scope]);
  if ('refusal' in verdict) return refuse(response, verdict.refusal);
  if (!(await withinLimits(deps, call, verdict.claims))) return;
  if (request.headers.expect !== undefined) response.writeContinue();
  if (!deps.proxy) return answerFromSample(request, response, route, requestId);
  passIdentity(deps, call, verdict.claims);
  await deps.proxy(request, response);
}

function fail({ response, requestId }: Call, status: number, code: string, message: string): void {
  answerError(response, { status, code, message }, requestId);
}

async function withinLimits({ limits }: GatewayDeps, call: Call, claims: AccessTokenClaims): Promise<boolean> {
  const { response, requestId } = call;
  const { client_id: clientId, sub: subject, tier } = claims;
  const verdict = await limits.count({ clientId, subject, tier });
  for (const [name, value] of Object.entries(verdict.headers)) response.setHeader(name, value);
  if (verdict.allowed) return true;
  const headers = { 'Retry-After': String(verdict.retryAfterSeconds) };
  const message = `Too many requests ${windowNames[verdict.exceeded ?? 'hourly']} for this app and person`;
  answerError(response, { status: 429, code: 'RATE_LIMITED', message, headers }, requestId);
  return false;
}

const windowNames = { burst: 'per second', hourly: 'per hour', daily: 'per day' };

function passIdentity(deps: GatewayDeps, { request, requestId }: Call, claims: AccessTokenClaims): void {
  const headers = requestHeaders(request, deps);
  const identity = identityHeaders(claims);
  for (const [name, value] of Object.entries(identity)) headers[name.toLowerCase()] = value;
  headers['x-request-id'] = requestId;
  if (deps.identitySecret) {
    const { method = 'GET', url: target = '/' } = request;
    headers['x-auth-signature'] = identitySignature(deps.identitySecret, { method, target }, identity, Date.now());
  }
  request.headers = headers;
}

/** Cut off from the feed, each call is introspected: slower, and still right. */
function ready({ status }: GatewayDeps, response: ServerResponse): void {
  const state = status();
  answerJson(response, 200, { status: 'ready', revocations: state.revocations });
}

function metadata({ resource, issuer }: GatewayDeps, response: ServerResponse): void {
  answerJson(response, 200, resourceMetadata({ resource, issuer }), { 'Cache-Control': 'public, max-age=300' });
}
