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
  const wanted = compiled.get(method === 'HEAD' ? 'GET' : method);
  return wanted?.find(({ pattern, open }) => matches(pattern, open, segments))?.route;
}

interface CompiledRoute {
  readonly route: ApiRoute;
  /** What each segment must be; undefined where any will do. */
  readonly pattern: readonly (string | undefined)[];
  /** More segments may follow. */
  readonly open: boolean;
}

const compiled: ReadonlyMap<string, CompiledRoute[]> = Map.groupBy(
  apiRoutes.map((one) => {
    const parts = one.path.slice(1).split('/');
    const pattern = parts.map((part) => (part === '*' || part.startsWith(':') ? undefined : part));
    return { route: one, pattern, open: parts.at(-1) === '*' };
  }),
  ({ route: { method } }) => method,
);

function matches(pattern: CompiledRoute['pattern'], open: boolean, segments: readonly string[]): boolean {
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, index) => part === undefined || part === segments[index]);
}

/** Characters of RFC 3986 §3.3 that mean themselves; an escape may stand for anything but `/`, `\`, `.`, `%` and controls. */
const plainSegment = /^(?:[A-Za-z0-9_~!$&'()*+,;=:@.-]|%(?!2[ef5]|5c|[01][0-9a-f]|7f)[0-9a-f]{2})+$/i;

function isPlainSegment(segment: string): boolean {
  return plainSegment.test(segment) && !/^\.+$/.test(segment);
}
