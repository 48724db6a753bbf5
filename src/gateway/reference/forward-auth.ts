/**
 * `GET /forward-auth` for proxies that ask somebody else: nginx `auth_request`, Traefik ForwardAuth, Envoy ext_authz.
 * Where the original request is described by headers, they count only from configured proxies. Needed are the scopes
 * of the proxy's configuration (`?scope=`) and of the route table; a request that neither knows is refused.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchApiRoute } from '../../policy/api-routes.ts';
import type { Guard } from '../guard.ts';
import { guardedRequest } from '../node-request.ts';
import { answerError, refuse } from './answer.ts';
import { identityHeaders } from './identity.ts';

export interface ForwardAuthDeps {
  readonly guard: Guard;
  /** The API's public origin. */
  readonly origin: string;
  /** Whether an address is one of the configured proxies. */
  readonly isTrustedProxy: (address: string) => boolean;
}

export async function forwardAuth(
  request: IncomingMessage,
  response: ServerResponse,
  { guard, origin, isTrustedProxy }: ForwardAuthDeps,
  requestId: string,
): Promise<void> {
  request.resume();
  const original = isTrustedProxy(request.socket.remoteAddress ?? '') ? originalRequest(request) : undefined;
  const configured = new URL(request.url ?? '/', origin).searchParams
    .getAll('scope')
    .join(' ')
    .split(' ')
    .filter(Boolean);
  const route = original && matchApiRoute(original.method, original.path);
  const needed = [...new Set([...configured, ...(route ? [route.scope] : [])])];
  if (needed.length === 0) {
    const empty = identityHeaders(undefined);
    const message = 'Neither this proxy’s configuration nor the route table knows what this call needs';
    return answerError(response, { status: 403, code: 'FORBIDDEN', message, headers: empty }, requestId);
  }
  const described = {
    ...guardedRequest(request, origin, requestId),
    ...(original ? { method: original.method, url: `${origin}${original.target}` } : {}),
  };
  const verdict = await guard.check(described, needed);
  if ('refusal' in verdict) {
    // A proxy understands 401 and 403 as answers; anything else as a fault of this server.
    const status =
      [401, 403].includes(verdict.refusal.status) || verdict.refusal.status >= 500 ? verdict.refusal.status : 401;
    return refuse(response, {
      ...verdict.refusal,
      status,
      headers: { ...verdict.refusal.headers, ...identityHeaders(undefined) },
    });
  }
  response.writeHead(204, { ...identityHeaders(verdict.claims), 'Cache-Control': 'no-store' }).end();
}

/** nginx: X-Original-*; Traefik: X-Forwarded-*; Envoy sends the original path behind the prefix. One value each. */
function originalRequest(request: IncomingMessage): { method: string; target: string; path: string } | undefined {
  const method = single(request, 'x-original-method') ?? single(request, 'x-forwarded-method');
  const target = single(request, 'x-original-uri') ?? single(request, 'x-forwarded-uri');
  if (!method || !target?.startsWith('/')) return undefined;
  return { method, target, path: target.split('?')[0] as string };
}

function single(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name];
  return values?.length === 1 ? values[0] : undefined;
}
