/**
 * Every endpoint of the VibeCaaS API, with the scope that its call needs. One table: gateways enforce it, the docs show
 * it. What is not in it is refused.
 */
import { pathSegment, staysDecoded } from './api-paths.ts';
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
  const table = tables.get(method === 'HEAD' ? 'GET' : method);
  const match = table?.expression.exec(path);
  if (!table || !match || !staysDecoded(path)) return undefined;
  return table.routes.find((_, index) => match[index + 1] !== undefined);
}

/** The routes of a method, in one expression whose group of the same number matches. */
interface MethodTable {
  readonly routes: readonly ApiRoute[];
  readonly expression: RegExp;
}

const tables: ReadonlyMap<string, MethodTable> = new Map(
  [...Map.groupBy(apiRoutes, ({ method }) => method)].map(([method, routes]) => {
    const alternatives = routes.map(({ path }) => `(${path.split('/').map(partPattern).join('/')})`);
    return [method, { routes, expression: new RegExp(`^${apiPrefix}(?:${alternatives.join('|')})$`) }];
  }),
);

function partPattern(part: string): string {
  if (part === '*') return `${pathSegment}(?:/${pathSegment})*`;
  return part.startsWith(':') ? pathSegment : part;
}
