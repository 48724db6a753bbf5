/** What a person's answer means for the projects that an app may use (docs/decisions/0102). */
import type { ConsentDecision } from './consent.ts';
import { detailsFor, join, meet, type ProjectDetails, scopesOf, withinScopes } from './project-details.ts';
import { apiScopes, isApiScope } from './scopes.ts';

/** What the page showed, and what was ticked of it. */
export interface ProjectChoice {
  readonly shown: readonly string[];
  readonly chosen: readonly string[];
}

interface Answer {
  /** What the person had allowed before. */
  readonly before:
    | { readonly granted: readonly string[]; readonly authorization_details?: ProjectDetails | null }
    | undefined;
  /** What the app asks for; undefined for all projects. */
  readonly asked: ProjectDetails | undefined;
  /** The scopes that the answer grants. */
  readonly granted: readonly string[];
  /** Undefined: everything that was asked for. */
  readonly choice: ProjectChoice | undefined;
}

/** Whether an app asks for every project, so that the person may choose among all of theirs. */
export function asksForAll(asked: ProjectDetails | undefined): boolean {
  return asked === undefined || asked.some(({ identifier }) => identifier === undefined);
}

/**
 * Returns the projects that the app may use from now on: null for all of them, undefined if the answer does not say. What was left
 * unticked is taken from what was allowed before, too.
 */
export function detailsAfter({ before, asked, granted, choice }: Answer): ProjectDetails | null | undefined {
  if (!granted.some(isApiScope)) return undefined;
  const offered = withinScopes(asked, granted);
  const decided = choice ? (meet(offered, detailsFor(choice.chosen, apiScopes)) ?? []) : offered;
  const kept = before ? keptOf(before, asked, choice) : [];
  const after = join(kept, decided) ?? [];
  const all = [...(before?.granted ?? []), ...granted].filter(isApiScope);
  const [first] = after;
  const isEverything = first?.identifier === undefined && all.every((scope) => first?.actions.includes(scope));
  return isEverything ? null : after;
}

/**
 * Returns a decision without the scopes that have no project left: what this answer would grant is left out, so that the app can ask
 * again, and what was granted before is withdrawn. Undefined if nothing of the API is left of what was granted.
 */
export function withProjectsOnly(
  decision: ConsentDecision,
  { before, asked, choice }: Omit<Answer, 'granted'>,
): ConsentDecision | undefined {
  const { granted, refused, leftOut } = decision;
  if (!choice || !granted.some(isApiScope)) return decision;
  const named = scopesOf(meet(withinScopes(asked, granted), detailsFor(choice.chosen, apiScopes)) ?? []);
  const left = granted.filter((scope) => !isApiScope(scope) || named.includes(scope));
  if (!left.some(isApiScope)) return undefined;
  const after = detailsAfter({ before, asked, granted: left, choice });
  const isGone = (scope: string) => after && isApiScope(scope) && !scopesOf(after).includes(scope);
  const withdrawn = (before?.granted ?? []).filter(isGone);
  const unnamed = granted.filter((scope) => !left.includes(scope));
  return {
    granted: left,
    refused: [...new Set([...refused, ...withdrawn])],
    leftOut: [...leftOut, ...unnamed.filter((scope) => !withdrawn.includes(scope))],
  };
}

function keptOf(
  before: NonNullable<Answer['before']>,
  asked: ProjectDetails | undefined,
  choice: ProjectChoice | undefined,
): ProjectDetails {
  const old = withinScopes(before.authorization_details ?? undefined, before.granted);
  if (!choice) return old;
  if (asksForAll(asked)) return meet(old, detailsFor(choice.chosen, apiScopes)) ?? [];
  const unticked = choice.shown.filter((project) => !choice.chosen.includes(project));
  return old.filter(({ identifier }) => identifier === undefined || !unticked.includes(identifier));
}
