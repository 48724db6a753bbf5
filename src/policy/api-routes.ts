/**
 * Every endpoint of the VibeCaaS API, with the scope that its call needs. One table: gateways enforce it, the docs show
 * it. What is not in it is refused.
 */
import type { ApiScope } from './scopes.ts';

export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `:name` is one segment, `*` at the end is one or more. Without the version prefix. */
  readonly path: string;
  readonly scope: ApiScope;
}

const route = (method: ApiRoute['method'], path: string, scope: ApiScope): ApiRoute => ({ method, path, scope });

/** All paths are below it. */
const apiPrefix = '/v1';

export const apiRoutes: readonly ApiRoute[] = [
  route('GET', '/projects', 'projects:read'),
  route('POST', '/projects', 'projects:write'),
  route('GET', '/projects/:id', 'projects:read'),
  route('PUT', '/projects/:id', 'projects:write'),
  route('DELETE', '/projects/:id', 'projects:write'),
  route('POST', '/projects/:id/duplicate', 'projects:write'),
  route('POST', '/projects/:id/transfer', 'projects:write'),

  route('GET', '/projects/:id/files', 'projects:read'),
  route('POST', '/projects/:id/files', 'projects:write'),
  route('POST', '/projects/:id/files/upload', 'projects:write'),
  route('GET', '/projects/:id/files/*', 'projects:read'),
  route('PUT', '/projects/:id/files/*', 'projects:write'),
  route('DELETE', '/projects/:id/files/*', 'projects:write'),

  route('POST', '/deploy', 'deployments:write'),
  route('GET', '/deployments', 'deployments:read'),
  route('GET', '/deployments/:id', 'deployments:read'),
  route('POST', '/deployments/:id/cancel', 'deployments:write'),
  route('POST', '/deployments/:id/rollback', 'deployments:write'),
  route('GET', '/deployments/:id/logs', 'deployments:read'),

  route('GET', '/analytics', 'analytics:read'),

  route('POST', '/ai/generate', 'ai:generate'),
  route('POST', '/ai/refactor', 'ai:generate'),
  route('POST', '/ai/tests', 'ai:generate'),
];

/**
 * The route of a call, by the path exactly as it was sent, without the query. Nothing is decoded, lowered or cleaned up
 * first: a path that an upstream could read in two ways (`//`, `..`, an escaped slash, a backslash) has no route.
 * HEAD needs what GET needs.
 */
export function matchApiRoute(method: string, path: string): ApiRoute | undefined {
  if (!path.startsWith(`${apiPrefix}/`)) return undefined;
  const segments = path.slice(apiPrefix.length + 1).split('/');
  if (!segments.every(isPlainSegment)) return undefined;
  const wanted = method === 'HEAD' ? 'GET' : method;
  return compiled.find((one) => one.route.method === wanted && matches(one.pattern, segments))?.route;
}

const compiled = apiRoutes.map((one) => ({ route: one, pattern: one.path.slice(1).split('/') }));

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, index) => part === '*' || part.startsWith(':') || part === segments[index]);
}

/** Characters of RFC 3986 §3.3 that mean themselves; an escape may stand for anything but `/`, `\`, `.`, `%` and controls. */
const plainSegment = /^(?:[A-Za-z0-9_~!$&'()*+,;=:@.-]|%(?!2[ef5]|5c|[01][0-9a-f]|7f)[0-9a-f]{2})+$/i;

function isPlainSegment(segment: string): boolean {
  return plainSegment.test(segment) && !/^\.+$/.test(segment);
}
