/**
 * A call of the API. It is matched against the route table, its token, scope and sign-in are verified, it is counted, and it is
 * passed on unchanged, with the caller's identity in headers that nobody else can set.
 */
import type { IncomingMessage } from 'node:http';
import type { LimitVerdict } from '../../policy/api-limits.ts';
import { type ApiRoute, matchApiRoute, projectsOfRoute } from '../../policy/api-routes.ts';
import { callerAddress } from '../../policy/caller-address.ts';
import { type CallerClaims, isKey } from '../claims.ts';
import type { CallRequirements, Guard, Verdict } from '../guard.ts';
import type { ApiLimits } from '../limits.ts';
import { projectsOfCall } from '../projects.ts';
import { answerError, refuse } from './answer.ts';
import type { Call } from './call.ts';
import type { NotableCall, NoteCall } from './call-notes.ts';
import { passIdentity } from './identity.ts';
import { answerFromSample } from './sample-api.ts';

export interface ApiCallDeps {
  readonly guard: Guard;
  readonly limits: ApiLimits;
  /** Whether an address belongs to a configured proxy: only these may name the address of their caller. */
  readonly isTrustedProxy: (address: string) => boolean;
  /** Signs the identity headers. */
  readonly identitySecret?: string | undefined;
  /** Passes a request on. Without it, the sample API answers. */
  readonly proxy?: (call: Call) => void;
  /** Whether the upstreams keep to `X-Auth-Projects`. The sample API does. */
  readonly upstreamFilters?: boolean;
  readonly note?: NoteCall | undefined;
}

/** Decides at once if possible, as for nearly every call: a promise costs more than a check. */
export function answerApiCall(deps: ApiCallDeps, call: Call, path: string): Promise<void> | undefined {
  const route = matchApiRoute(call.request.method ?? 'GET', path);
  if (route) return answerAllowed(deps, call, path, route);
  answerError(call, { status: 404, code: 'NOT_FOUND', message: 'The API has no such endpoint' });
  return undefined;
}

/** Without a route any token of the guard's resource will do. */
export function answerAllowed(
  deps: ApiCallDeps,
  call: Call,
  path: string,
  route?: ApiRoute,
): Promise<void> | undefined {
  const { request, head, requestId } = call;
  const { method = 'GET', url: target = path } = request;
  const { authorization, dpop } = head;
  const address = addressOf(deps, request);
  const guarded = { method, target, authorization, dpop, address, requestId };
  const scopes = route ? [route.scope] : noScopes;
  const required = requiredBy(route, path, deps.upstreamFilters === true || !deps.proxy);
  const verdict = deps.guard.recall(guarded, scopes, required);
  const what = { method, path, route, address, project: required.project };
  if (verdict) return count(deps, call, what, verdict);
  return deps.guard.check(guarded, scopes, required).then((checked) => count(deps, call, what, checked));
}

function requiredBy(route: ApiRoute | undefined, path: string, filtered: boolean): CallRequirements {
  if (!route) return { filtered };
  const { acr, maxAgeSeconds } = route;
  return { acr, maxAgeSeconds, ...projectsOfRoute(route, path, filtered) };
}

function addressOf({ isTrustedProxy }: ApiCallDeps, { headers, socket }: IncomingMessage): string {
  const peer = socket.remoteAddress;
  const forwarded = headers['x-forwarded-for'];
  return callerAddress(forwarded !== undefined && isTrustedProxy(peer ?? '') ? String(forwarded) : undefined, peer);
}

const noScopes: readonly string[] = [];

function count(deps: ApiCallDeps, call: Call, what: NotableCall, verdict: Verdict): Promise<void> | undefined {
  if ('refusal' in verdict) {
    if (verdict.caller) deps.note?.(verdict.caller, what, 'refused');
    refuse(call, verdict.refusal);
    return undefined;
  }
  const { claims } = verdict;
  const counted = deps.limits.count({
    clientId: claims.client_id ?? claims.key_id,
    subject: claims.sub,
    tier: claims.tier,
  });
  if (counted instanceof Promise) return counted.then((one) => pass(deps, call, what, claims, one));
  pass(deps, call, what, claims, counted);
  return undefined;
}

function pass(deps: ApiCallDeps, call: Call, what: NotableCall, claims: CallerClaims, verdict: LimitVerdict): void {
  const within = isWithin(verdict, call, claims);
  deps.note?.(claims, what, within ? 'allowed' : 'refused');
  if (!within) return;
  const { headers, httpVersion } = call.request;
  // HTTP/1.0 would take 100 Continue for the final answer (RFC 9110 §10.1.1).
  if (headers.expect !== undefined && httpVersion !== '1.0') call.response.writeContinue();
  const projects = projectsOfCall(claims, what.route?.scope ?? '', what);
  if (!deps.proxy) return void answerFromSample(call, what.route as ApiRoute, projects);
  passIdentity(call, claims, projects, deps.identitySecret);
  deps.proxy(call);
}

function isWithin(verdict: LimitVerdict, call: Call, claims: CallerClaims): boolean {
  Object.assign(call.headers, verdict.headers);
  if (verdict.allowed) return true;
  const headers = { 'Retry-After': String(verdict.retryAfterSeconds) };
  const message = `Too many requests ${windowNames[verdict.exceeded ?? 'hourly']} ${isKey(claims) ? 'with this API key' : 'for this app and person'}`;
  answerError(call, { status: 429, code: 'RATE_LIMITED', message, headers });
  return false;
}

const windowNames = { burst: 'per second', hourly: 'per hour', daily: 'per day' };
