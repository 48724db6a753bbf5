/**
 * `GET /forward-auth` for proxies that ask an external service: nginx `auth_request`, Traefik ForwardAuth, Envoy
 * ext_authz. A call needs the scopes of the proxy's configuration (`?scope=`) and those of the route table, and a sign-in
 * that meets both (`?acr=`, `?max_age=`). A request that neither covers is refused, and so is one whose description is
 * ambiguous.
 */
import {
  type AuthenticationRequirements,
  requirementsProblem,
  strictest,
} from '../../policy/authentication-requirements.ts';
import { isScopeToken } from '../../policy/scopes.ts';
import type { Guard } from '../guard.ts';
import { answerError, refuse } from './answer.ts';
import type { Call } from './call.ts';
import { identityHeaders } from './identity.ts';
import { forwardAuthPath, originalRequest, routeOfOriginal } from './original-request.ts';

export interface ForwardAuthDeps {
  readonly guard: Guard;
  /** Whether an address belongs to a configured proxy: only these may describe the original request. */
  readonly isTrustedProxy: (address: string) => boolean;
}

export function isForwardAuth(path: string): boolean {
  return path === forwardAuthPath || isEnvoys(path);
}

/** Envoy appends the path of the original request to ours. */
function isEnvoys(target: string): boolean {
  return target.startsWith(`${forwardAuthPath}/`);
}

export async function forwardAuth(call: Call, { guard, isTrustedProxy }: ForwardAuthDeps): Promise<void> {
  const { request, head, response, requestId } = call;
  const trusted = isTrustedProxy(request.socket.remoteAddress ?? '');
  const original = trusted ? originalRequest(request) : undefined;
  const needed = original === 'ambiguous' ? undefined : needsOf(request.url ?? '', original);
  if (original === 'ambiguous' || !needed) {
    const headers = identityHeaders(undefined);
    const message = 'Neither the proxy’s configuration nor the route table says for certain what this call needs';
    return answerError(call, { status: 403, code: 'FORBIDDEN', message, headers });
  }
  const { method, target } = original ?? { method: request.method ?? 'GET', target: request.url ?? '/' };
  const asked = { method, target, authorization: head.authorization, dpop: head.dpop, requestId };
  const { scopes, required } = needed;
  const verdict = guard.recall(asked, scopes, required) ?? (await guard.check(asked, scopes, required));
  if ('refusal' in verdict) {
    const { refusal } = verdict;
    // Proxies accept 401 and 403 as answers, and treat everything else as a failure of this server.
    const status = refusal.status === 400 ? 401 : refusal.status;
    return refuse(call, { ...refusal, status, headers: { ...refusal.headers, ...identityHeaders(undefined) } });
  }
  const headers = { ...call.headers, ...identityHeaders(verdict.claims), 'Cache-Control': 'no-store' };
  // Envoy accepts only 200 as permission.
  if (isEnvoys(request.url ?? '')) response.writeHead(200, { ...headers, 'Content-Length': 0 }).end();
  else response.writeHead(204, headers).end();
}

interface Needs {
  readonly scopes: readonly string[];
  readonly required: AuthenticationRequirements;
}

/** Undefined if neither names a scope, or if they do not say readably what the call needs. */
function needsOf(url: string, original: { method: string; path: string } | undefined): Needs | undefined {
  // Behind Envoy, the query is that of the caller.
  const query = url.includes('?') && !isEnvoys(url) ? url.slice(url.indexOf('?')) : '';
  const configured = configuredNeeds(new URLSearchParams(query));
  const route = original && routeOfOriginal(original);
  if (!configured || route === 'ambiguous') return undefined;
  const scopes = [...new Set([...configured.scopes, ...(route ? [route.scope] : [])])];
  if (scopes.length === 0) return undefined;
  return { scopes, required: route ? strictest(configured.required, route) : configured.required };
}

/** Undefined for a value that cannot be meant. Parameters that occur several times all count. */
function configuredNeeds(query: URLSearchParams): Needs | undefined {
  const scopes = query.getAll('scope').join(' ').split(' ').filter(Boolean);
  if (!scopes.every(isScopeToken)) return undefined;
  // An empty value is that of a variable that is not set.
  const values = (name: string) => query.getAll(name).filter(Boolean);
  const each = [
    ...values('acr').map((acr) => ({ acr })),
    ...values('max_age').map((age) => ({ maxAgeSeconds: /^\d+$/.test(age) ? Number(age) : Number.NaN })),
  ];
  if (each.some((one) => requirementsProblem(one))) return undefined;
  return { scopes, required: (each as AuthenticationRequirements[]).reduce(strictest, {}) };
}
