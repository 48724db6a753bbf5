/** The original request, as a proxy describes it in its question. */

import type { IncomingMessage } from 'node:http';
import { readsOneWay, withoutNeedlessEscapes } from '../../policy/api-paths.ts';
import { type ApiRoute, matchApiRoute } from '../../policy/api-routes.ts';
import { rawHeaderValues } from '../../policy/raw-headers.ts';
import { hasMethodParameter } from './form.ts';

export const forwardAuthPath = '/forward-auth';

export interface OriginalRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
}

/**
 * nginx is configured to send X-Original-*, Traefik and Caddy send X-Forwarded-*, Envoy keeps the method and appends
 * the path to ours. A proxy passes on what its client sent under the names that it does not use itself, so every
 * description must occur once and all must agree. Undefined if nothing is described.
 */
export function originalRequest(request: IncomingMessage): OriginalRequest | 'ambiguous' | undefined {
  const behind = request.url?.startsWith(`${forwardAuthPath}/`) ? request.url.slice(forwardAuthPath.length) : undefined;
  const methods = sent(request, 'x-original-method', 'x-forwarded-method');
  const targets = sent(request, 'x-original-uri', 'x-forwarded-uri');
  if (behind) {
    methods.push(request.method ?? '');
    targets.push(behind);
  }
  if (methods.length === 0 && targets.length === 0) return undefined;
  const [[method, ...otherMethods], [target, ...otherTargets]] = [new Set(methods), new Set(targets)].map((set) => [
    ...set,
  ]) as [string[], string[]];
  if (!method || !target?.startsWith('/') || otherMethods.length > 0 || otherTargets.length > 0) return 'ambiguous';
  if (hasMethodParameter(target)) return 'ambiguous';
  return { method, target, path: target.split('?', 1)[0] as string };
}

function sent(request: IncomingMessage, ...names: string[]): string[] {
  return names.flatMap((name) => rawHeaderValues(request.rawHeaders, name));
}

/**
 * The route of this request in the route table, if it has one; `ambiguous` if the path could be read in two ways. Some
 * upstreams decode escapes, and ignore case and a trailing slash: the route that they would find counts too.
 */
export function routeOfOriginal({
  method,
  path,
}: {
  method: string;
  path: string;
}): ApiRoute | 'ambiguous' | undefined {
  if (path !== '/' && !readsOneWay(path)) return 'ambiguous';
  const generous = withoutNeedlessEscapes(path).toLowerCase().replace(/\/$/, '');
  return matchApiRoute(method, path) ?? matchApiRoute(method.toUpperCase(), generous);
}
