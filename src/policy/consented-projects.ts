/** What a person's answer means for the projects that an app may use (docs/decisions/0102). */
import { detailsFor, join, meet, type ProjectDetails, withinScopes } from './project-details.ts';
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
