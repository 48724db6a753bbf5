/**
 * A call of another resource than the API, such as an MCP server: everything below one path of the gateway, with a token
 * of that resource. Which scopes a call needs only its upstream knows (upstream-head.ts).
 */
import { pathSegment, staysDecoded } from '../../policy/api-paths.ts';
import type { Guard } from '../guard.ts';
import { type ApiCallDeps, answerAllowed } from './api-call.ts';
import type { Call } from './call.ts';
import type { NoteCall } from './call-notes.ts';

export interface ServedResource {
  /** The resource's identifier. The path of its address is its path at the gateway. */
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly guard: Guard;
  readonly proxy: (call: Call) => void;
  readonly note?: NoteCall | undefined;
}

export type ResourceAt = (path: string) => ServedResource | undefined;

/**
 * Finds the resource of a path, exactly as it was sent. A path that an upstream could interpret differently has no resource,
 * because it could lead to another one. If one resource is below another, the lower one counts.
 */
export function resourcesByPath(resources: readonly ServedResource[]): ResourceAt {
  const places = resources
    .map((one) => ({ one, path: new URL(one.resource).pathname }))
    .sort((a, b) => b.path.length - a.path.length)
    .map(({ one, path }) => ({ one, below: new RegExp(`^${literal(path)}(?:/${pathSegment})*/?$`) }));
  return (path) => places.find(({ below }) => below.test(path) && staysDecoded(path))?.one;
}

export function answerResourceCall(
  deps: ApiCallDeps,
  { guard, proxy, note }: ServedResource,
  call: Call,
  path: string,
): Promise<void> | undefined {
  return answerAllowed({ ...deps, guard, proxy, note }, call, path);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
