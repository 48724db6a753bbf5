/** Notes what a call was, for the report about what apps and keys do. */
import type { ApiRoute } from '../../policy/api-routes.ts';
import { kindOfCall } from '../../policy/usage.ts';
import type { CallerClaims } from '../claims.ts';
import type { UsageReporter } from '../usage.ts';

export interface NotableCall {
  /** Method and path as the client sent them, the path without the query. */
  readonly method: string;
  readonly path: string;
  /** Undefined outside the route table. */
  readonly route: ApiRoute | undefined;
  /** The id of the project that the path names, as it was sent. */
  readonly project?: string | undefined;
  /** The caller's address; undefined or empty if it is not known. */
  readonly address: string | undefined;
}

export type NoteCall = (claims: CallerClaims, what: NotableCall, outcome: 'allowed' | 'refused') => void;

/** `place` names calls outside the route table, such as `/mcp`; without it they have no route. */
export function createCallNotes(usage: Pick<UsageReporter, 'note'>, place?: string): NoteCall {
  return (claims, { method, route, project, address }, outcome) => {
    usage.note({
      claims,
      kind: outcome === 'refused' ? 'refused' : kindOfCall(method, route?.scope),
      route: routeName(route, method, place),
      project,
      address: address || undefined,
    });
  };
}

const names = new WeakMap<ApiRoute, string>();

function routeName(route: ApiRoute | undefined, method: string, place: string | undefined): string | undefined {
  if (!route) return place === undefined || !knownMethods.has(method) ? undefined : `${method} ${place}`;
  const known = names.get(route);
  if (known) return known;
  const name = `${route.method} ${route.path}`;
  names.set(route, name);
  return name;
}

/** A caller can make up methods, and each route takes room in a report. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
