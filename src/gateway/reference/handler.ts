/**
 * The reference gateway: every call is matched against the route table, its token verified and its scope held against
 * it, counted, and passed on as it came, with who calls in headers that nobody else can set.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LimitVerdict } from '../../policy/api-limits.ts';
import { matchApiRoute } from '../../policy/api-routes.ts';
import type { ApiLimits } from '../limits.ts';
import { resourceMetadata, resourceMetadataUrl } from '../resource-metadata.ts';
import type { VerifierStatus } from '../verifier.ts';
import { answerError, answerJson, refuse } from './answer.ts';
import type { Call } from './call.ts';
import { allowOrigins, answerPreflight } from './cors.ts';
import { malformed } from './form.ts';
import { type ForwardAuthDeps, forwardAuth, isForwardAuth } from './forward-auth.ts';
import { readHead } from './request-head.ts';
import { answerFromSample } from './sample-api.ts';
import { createUpstreamHeaders } from './upstream-headers.ts';

export interface GatewayDeps extends ForwardAuthDeps {
  /** The API's public origin. */
  readonly origin: string;
  readonly issuer: string;
  /** The API as a resource. */
  readonly resource: string;
  readonly limits: ApiLimits;
  readonly status: () => VerifierStatus;
  /** Passes a request on; without it, the sample API answers. */
  readonly proxy?: (call: Call) => void;
  /** Signs the identity headers. */
  readonly identitySecret?: string | undefined;
  readonly onError: (error: unknown) => void;
}

/** What does not change from call to call. */
interface Prepared extends GatewayDeps {
  readonly metadataPath: string;
  readonly tellUpstream: ReturnType<typeof createUpstreamHeaders>;
}

export function createGatewayHandler(deps: GatewayDeps) {
  const metadataPath = new URL(resourceMetadataUrl(deps.resource)).pathname;
  const prepared = { ...deps, metadataPath, tellUpstream: createUpstreamHeaders(deps) };
  return (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = `req_${randomUUID()}`;
    const head = readHead(request);
    const call: Call = { request, head, response, requestId, headers: { 'X-Request-Id': requestId } };
    // A body that was announced and not asked for may or may not follow.
    if (request.headers.expect !== undefined) response.shouldKeepAlive = false;
    handle(prepared, call).catch((error: unknown) => {
      deps.onError(error);
      if (response.headersSent) return void response.destroy();
      answerError(call, { status: 500, code: 'SERVER_ERROR', message: 'Something here failed' });
    });
  };
}

/** Waits for nothing where a call can be decided at once, as nearly every call can. */
async function handle(deps: Prepared, call: Call): Promise<void> {
  const { request, head, response, requestId } = call;
  const problem = malformed(call);
  if (problem) return fail(call, 400, 'VALIDATION_ERROR', problem);
  if (!/^(?:100-continue)?$/i.test(request.headers.expect ?? '')) {
    return fail(call, 417, 'VALIDATION_ERROR', 'The only expectation is 100-continue');
  }
  const target = request.url as string;
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  if (request.method === 'GET' && path === '/healthz') return answerJson(call, 200, { status: 'ok' });
  if (request.method === 'GET' && path === '/readyz') return ready(deps, call);
  if (isForwardAuth(path)) return forwardAuth(call, deps);

  allowOrigins(call);
  if (request.method === 'GET' && path === deps.metadataPath) return metadata(deps, call);
  if (answerPreflight(call, path)) return;
  const route = matchApiRoute(request.method ?? '', path);
  if (!route) return fail(call, 404, 'NOT_FOUND', 'The API has no such endpoint');
  const { authorization, dpop } = head;
  const guarded = { method: request.method ?? 'GET', target, authorization, dpop, requestId };
  const verdict = deps.guard.recall(guarded, [route.scope]) ?? (await deps.guard.check(guarded, [route.scope]));
  if ('refusal' in verdict) return refuse(call, verdict.refusal);
  const { client_id: clientId, sub: subject, tier } = verdict.claims;
  const counting = deps.limits.count({ clientId, subject, tier });
  if (!isWithin(counting instanceof Promise ? await counting : counting, call)) return;
  if (request.headers.expect !== undefined) response.writeContinue();
  if (!deps.proxy) return answerFromSample(call, route);
  deps.tellUpstream(call, verdict.claims);
  return deps.proxy(call);
}

function fail(call: Call, status: number, code: string, message: string): void {
  answerError(call, { status, code, message });
}

function isWithin(verdict: LimitVerdict, call: Call): boolean {
  Object.assign(call.headers, verdict.headers);
  if (verdict.allowed) return true;
  const headers = { 'Retry-After': String(verdict.retryAfterSeconds) };
  const message = `Too many requests ${windowNames[verdict.exceeded ?? 'hourly']} for this app and person`;
  answerError(call, { status: 429, code: 'RATE_LIMITED', message, headers });
  return false;
}

const windowNames = { burst: 'per second', hourly: 'per hour', daily: 'per day' };

/** Cut off from the feed, each call is introspected: slower, and still right. */
function ready({ status }: GatewayDeps, call: Call): void {
  const state = status();
  answerJson(call, 200, { status: 'ready', revocations: state.revocations });
}

function metadata({ resource, issuer }: GatewayDeps, call: Call): void {
  answerJson(call, 200, resourceMetadata({ resource, issuer }), { 'Cache-Control': 'public, max-age=300' });
}
