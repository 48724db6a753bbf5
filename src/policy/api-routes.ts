/**
 * The endpoints of the VibeCaaS API, the scopes and the sign-in that they require. Gateways enforce this table and the docs show it.
 * Endpoints that are not in it are refused.
 */
import { pathSegment, staysDecoded } from './api-paths.ts';
import { acrValues } from './assurance.ts';
import type { AuthenticationRequirements } from './authentication-requirements.ts';
import type { ApiScope } from './scopes.ts';

export interface ApiRoute extends AuthenticationRequirements {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Without the version prefix. `:name` matches one segment, `:project` the id of a project; `*` at the end matches one or
   * more.
   */
  readonly path: string;
  readonly scope: ApiScope;
  /**
   * For a route that names no project: what answers it keeps to the projects of `X-Auth-Projects`. Without it, apps and keys that are
   * limited to projects are refused.
   */
  readonly filtered?: boolean;
}

const route = (
  method: ApiRoute['method'],
  path: string,
  scope: ApiScope,
  more: AuthenticationRequirements & { readonly filtered?: true } = {},
): ApiRoute => ({ method, path, scope, ...more });

const filtered = { filtered: true } as const;

/** For what cannot be taken back: a stolen token alone must not be enough, nor a browser that was left open. */
const withCare: AuthenticationRequirements = { acr: acrValues[1], maxAgeSeconds: 3600 };

/** The version prefix of all paths. */
const apiPrefix = '/v1';

export const apiRoutes: readonly ApiRoute[] = [
  route('GET', '/projects', 'projects:read', filtered),
  // Makes a project that nobody has chosen.
  route('POST', '/projects', 'projects:write'),
  route('GET', '/projects/:project', 'projects:read'),
  route('PUT', '/projects/:project', 'projects:write'),
  route('DELETE', '/projects/:project', 'projects:write'),
  route('POST', '/projects/:project/duplicate', 'projects:write'),
  route('POST', '/projects/:project/transfer', 'projects:write', withCare),

  route('GET', '/projects/:project/files', 'projects:read'),
  route('POST', '/projects/:project/files', 'projects:write'),
  route('POST', '/projects/:project/files/upload', 'projects:write'),
  route('GET', '/projects/:project/files/*', 'projects:read'),
  route('PUT', '/projects/:project/files/*', 'projects:write'),
  route('DELETE', '/projects/:project/files/*', 'projects:write'),

  route('POST', '/deploy', 'deployments:write', filtered),
  route('GET', '/deployments', 'deployments:read', filtered),
  route('GET', '/deployments/:id', 'deployments:read', filtered),
  route('POST', '/deployments/:id/cancel', 'deployments:write', filtered),
  route('POST', '/deployments/:id/rollback', 'deployments:write', filtered),
  route('GET', '/deployments/:id/logs', 'deployments:read', filtered),

  route('GET', '/analytics', 'analytics:read', filtered),

  route('POST', '/ai/generate', 'ai:generate', filtered),
  route('POST', '/ai/refactor', 'ai:generate', filtered),
  route('POST', '/ai/tests', 'ai:generate', filtered),
];

/**
 * Returns the route of a call by its path, exactly as it was sent, without the query. The path is not decoded or
 * normalized: a path that an upstream could interpret differently (`//`, `..`, an escaped slash, a backslash) has no route.
 * HEAD requires the scope of GET.
 */
export function matchApiRoute(method: string, path: string): ApiRoute | undefined {
  const table = tables.get(method === 'HEAD' ? 'GET' : method);
  const match = table?.expression.exec(path);
  if (!table || !match || !staysDecoded(path)) return undefined;
  return table.routes.find((_, index) => match[index + 1] !== undefined);
}

/** The project that the path of a call names, as it was sent; undefined if its route names none. */
function projectOf({ path: pattern }: ApiRoute, path: string): string | undefined {
  const place = pattern.split('/').indexOf(':project');
  return place < 0 ? undefined : path.slice(apiPrefix.length).split('/')[place];
}

/** How a call of a route is limited to projects. `filters`: whether what answers it reads `X-Auth-Projects`. */
export function projectsOfRoute(
  route: ApiRoute,
  path: string,
  filters: boolean,
): { project?: string; filtered?: boolean } {
  const project = projectOf(route, path);
  return project === undefined ? { filtered: filters && route.filtered === true } : { project };
}

/** The routes of a method and one expression for all of them. Its group n matches the route n. */
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
