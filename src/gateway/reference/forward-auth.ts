/**
 * `GET /forward-auth` for proxies that ask an external service: nginx `auth_request`, Traefik ForwardAuth, Envoy
 * ext_authz. A call needs the scopes of the proxy's configuration (`?scope=`) and those of the route table, and a sign-in
 * that meets both (`?acr=`, `?max_age=`). A request that neither covers is refused, and so is one whose description is
 * ambiguous. A configuration that cannot be meant lets nobody pass.
 */
import type { IncomingMessage } from 'node:http';
import { type ApiRoute, projectsOfRoute } from '../../policy/api-routes.ts';
import {
  type AuthenticationRequirements,
  requirementsProblem,
  strictest,
} from '../../policy/authentication-requirements.ts';
import { callerAddress } from '../../policy/caller-address.ts';
import { isProjectId } from '../../policy/project-details.ts';
import { isScopeToken } from '../../policy/scopes.ts';
import type { CallerClaims } from '../claims.ts';
import type { Guard } from '../guard.ts';
import { type ProjectRequirements, type Projects, projectsOfCall } from '../projects.ts';
import { answerError, refuse } from './answer.ts';
import type { Call } from './call.ts';
import type { NoteCall } from './call-notes.ts';
import { identityHeaders } from './identity.ts';
import { forwardAuthPath, originalRequest, routeOfOriginal } from './original-request.ts';

export interface ForwardAuthDeps {
  readonly guard: Guard;
  /** Whether an address belongs to a configured proxy: only these may describe the original request. */
  readonly isTrustedProxy: (address: string) => boolean;
  /** The header in which proxies name the address of their caller, in lower case; undefined if they do not. */
  readonly addressHeader?: string | undefined;
  readonly note?: NoteCall | undefined;
  /** Called when the query of a proxy cannot be meant, with what is wrong with it, and the id of the answer. */
  readonly onUnmeant?: (problem: string, requestId: string) => void;
}

export function isForwardAuth(path: string): boolean {
  return path === forwardAuthPath || isEnvoys(path);
}

/** Envoy appends the path of the original request to ours. */
function isEnvoys(target: string): boolean {
  return target.startsWith(`${forwardAuthPath}/`);
}

export async function forwardAuth(
  call: Call,
  { guard, isTrustedProxy, addressHeader, note, onUnmeant }: ForwardAuthDeps,
): Promise<void> {
  const { request, head, response, requestId } = call;
  const trusted = isTrustedProxy(request.socket.remoteAddress ?? '');
  const original = trusted ? originalRequest(request) : undefined;
  const needed = original === 'ambiguous' ? undefined : needsOf(request.url ?? '', original);
  if (typeof needed === 'string') onUnmeant?.(needed, requestId);
  if (original === 'ambiguous' || !needed || typeof needed === 'string') {
    const headers = identityForProxy(undefined);
    const message = 'Neither the proxy’s configuration nor the route table says for certain what this call needs';
    return answerError(call, { status: 403, code: 'FORBIDDEN', message, headers });
  }
  const { method, target } = original ?? { method: request.method ?? 'GET', target: request.url ?? '/' };
  const address = trusted ? namedAddress(request, addressHeader) : request.socket.remoteAddress;
  const asked = { method, target, authorization: head.authorization, dpop: head.dpop, address, requestId };
  const { scopes, route, projects } = needed;
  const required = { ...needed.required, ...projects };
  const verdict = guard.recall(asked, scopes, required) ?? (await guard.check(asked, scopes, required));
  const what = { method, path: target.split('?', 1)[0] as string, route, address, project: projects.project };
  if ('refusal' in verdict) {
    const { refusal, caller } = verdict;
    if (caller) note?.(caller, what, 'refused');
    // Proxies accept 401 and 403 as answers, and treat everything else as a failure of this server.
    const status = refusal.status === 400 ? 401 : refusal.status === 429 ? 503 : refusal.status;
    return refuse(call, { ...refusal, status, headers: { ...refusal.headers, ...identityForProxy(undefined) } });
  }
  note?.(verdict.claims, what, 'allowed');
  const headers = {
    ...call.headers,
    ...identityForProxy(verdict.claims, projectsOfCall(verdict.claims, scopes.join(' '), projects)),
    'Cache-Control': 'no-store',
  };
  // Envoy accepts only 200 as permission.
  if (isEnvoys(request.url ?? '')) response.writeHead(200, { ...headers, 'Content-Length': 0 }).end();
  else response.writeHead(204, headers).end();
}

/** The last address counts, which the proxy itself has written. A proxy forwards headers that it does not set from its caller. */
function namedAddress({ headers }: IncomingMessage, name: string | undefined): string | undefined {
  const sent = name === undefined ? undefined : headers[name];
  return sent === undefined ? undefined : callerAddress(String(sent), undefined) || undefined;
}

/** All of them, always: a proxy replaces what the caller sent only under names that are in the answer. */
const identityForProxy = (claims: CallerClaims | undefined, projects: Projects = []) => ({
  'X-Auth-Actor': '',
  'X-Auth-Key': '',
  'X-Auth-Environment': '',
  'X-Auth-Projects': projects === '*' ? '*' : '',
  ...identityHeaders(claims, projects),
});

interface Needs {
  readonly scopes: readonly string[];
  readonly required: AuthenticationRequirements;
  readonly route?: ApiRoute | undefined;
  /** The project of the call, or whether what is behind the proxy keeps to `X-Auth-Projects`. */
  readonly projects: ProjectRequirements;
}

/** Undefined if neither names a scope, or if the route is ambiguous; a sentence if the configuration cannot be meant. */
function needsOf(url: string, original: { method: string; path: string } | undefined): Needs | string | undefined {
  // Behind Envoy, the query is that of the caller.
  const query = url.includes('?') && !isEnvoys(url) ? url.slice(url.indexOf('?')) : '';
  const configured = configuredNeeds(new URLSearchParams(query));
  const route = original && routeOfOriginal(original);
  if (typeof configured === 'string') return configured;
  if (route === 'ambiguous') return undefined;
  const scopes = [...new Set([...configured.scopes, ...(route ? [route.scope] : [])])];
  if (scopes.length === 0) return undefined;
  const projects = projectsOfProxy(configured.projects, original?.path, route);
  if (!projects) return undefined;
  return { scopes, route, projects, required: route ? strictest(configured.required, route) : configured.required };
}

/** The route's project, if both name one; undefined if they differ. The proxy knows whether its upstream filters. */
function projectsOfProxy(
  { project: configured, filtered = false }: ProjectRequirements,
  path: string | undefined,
  route: ApiRoute | undefined,
): ProjectRequirements | undefined {
  const { project, ...byRoute } = route && path !== undefined ? projectsOfRoute(route, path, filtered) : { filtered };
  if (project !== undefined && configured !== undefined && project !== configured) return undefined;
  const named = project ?? configured;
  return named === undefined ? byRoute : { project: named };
}

/**
 * Returns a problem if a value cannot be met. Parameters that occur several times all count. An empty `scope` leaves it to the
 * route table. An empty `acr` or `max_age` comes from an unset variable, so it is refused.
 */
function configuredNeeds(query: URLSearchParams): Needs | string {
  if ([...query.keys()].some((name) => !parameters.includes(name))) return `it may have ${parameters.join(', ')} only`;
  const scopes = query.getAll('scope').join(' ').split(' ').filter(Boolean);
  if (!scopes.every(isScopeToken)) return 'scope: has characters that no scope has';
  const [acrs, ages] = [query.getAll('acr'), query.getAll('max_age')];
  if ([...acrs, ...ages].includes('')) return 'acr and max_age: must not be empty';
  const projects = configuredProjects(query);
  if (typeof projects === 'string') return projects;
  const each = [
    ...acrs.map((acr) => ({ acr })),
    ...ages.map((age) => ({ maxAgeSeconds: /^\d+$/.test(age) ? Number(age) : Number.NaN })),
  ];
  const problem = each.map(requirementsProblem).find((one) => one !== undefined);
  if (problem !== undefined) return problem.replace('maxAgeSeconds', 'max_age');
  return { scopes, projects, required: (each as AuthenticationRequirements[]).reduce(strictest, {}) };
}

function configuredProjects(query: URLSearchParams): ProjectRequirements | string {
  const [named, filtered] = [query.getAll('project'), query.getAll('filtered')];
  if (named.length > 1 || named.some((id) => !isProjectId(id))) return 'project: must be the id of one project';
  if (filtered.some((one) => one !== 'on')) return 'filtered: must be on, or missing';
  return { project: named[0], filtered: filtered.length > 0 };
}

const parameters = ['scope', 'acr', 'max_age', 'project', 'filtered'];
