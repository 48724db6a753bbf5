/**
 * A client's ceiling: the scopes that it may have now. It is applied whenever a grant is used and never written into one,
 * so that what an admin takes away is gone at once, and is there again for the same grant when the admin gives it back.
 */
import { formatScope, isApiScope, parseScope } from '../scopes.ts';

export interface Narrowed {
  /** What is left of the scope. */
  readonly scope: string;
  /** What the ceiling took from it. */
  readonly gone: readonly string[];
  /** There was something to use, and nothing of it is left. */
  readonly empty: boolean;
}

export function withinCeiling(scope: string | undefined, ceiling: string | undefined): Narrowed {
  // These lists are short, and this runs on nearly every request: sets would take longer.
  const allowed = parseScope(ceiling);
  const asked = parseScope(scope);
  const left = asked.filter((one) => allowed.includes(one));
  return {
    scope: formatScope(left),
    gone: asked.filter((one) => !allowed.includes(one)),
    empty: asked.some(opensSomething) && !left.some(opensSomething),
  };
}

/** Scopes that a token is of use with. `profile` and `email` only add to `openid`. */
function opensSomething(scope: string): boolean {
  return scope === 'openid' || isApiScope(scope);
}

/** What an authorization request was made with, as far as an admin can take it away before it is answered. */
export interface RequestUnderWay {
  readonly scope: string | undefined;
  /** Default scopes that the request got because it named none. */
  readonly defaults: string | undefined;
  /** Optional scopes at the moment when the person was asked; undefined when nobody was. */
  readonly optional: string | undefined;
}

/**
 * Whether a request that is under way could be made now, and would be asked about in the same way. A scope that was
 * optional when the page was shown must be optional still: a box that was left empty must not count as allowed.
 */
export function stillAllowed(
  request: RequestUnderWay,
  client: { readonly scope?: string; readonly default_scope?: string; readonly optional_scope?: string },
): boolean {
  if (withinCeiling(request.scope, client.scope).gone.length > 0) return false;
  if (withinCeiling(request.defaults, client.default_scope).gone.length > 0) return false;
  if (request.optional === undefined) return true;
  const [before, now] = [new Set(parseScope(request.optional)), new Set(parseScope(client.optional_scope))];
  return parseScope(request.scope).every((scope) => before.has(scope) === now.has(scope));
}
