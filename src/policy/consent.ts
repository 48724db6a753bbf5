/**
 * Decides what a consent page asks and what an answer means. A client's optional scopes are checkboxes; all others are
 * allowed together or not at all. Refused scopes are asked for again only with `prompt=consent`. For an app that came by
 * itself, everything is optional, and what "Read only" leaves out is not refused (docs/decisions/0090).
 */
import { isUnregistered, type RegistrationType } from './client/registration-types.ts';
import { isSensitive, parseScope } from './scopes.ts';

export interface ConsentQuestion {
  /** Scopes that are granted by allowing the app. */
  readonly required: string[];
  /** Scopes that the user chooses one by one. */
  readonly optional: string[];
  /**
   * Optional scopes that are granted already: leaving them unticked withdraws them. What an app that came by itself
   * only reads is ticked too, unless it was refused before.
   */
  readonly ticked: string[];
  /** True if only scopes in addition to an earlier consent are asked for. */
  readonly more: boolean;
}

export interface Remembered {
  readonly granted: readonly string[];
  readonly refused: readonly string[];
}

/** Scopes that are granted without asking. */
export const silentScopes = ['openid', 'offline_access'] as const;
const silent: ReadonlySet<string> = new Set(silentScopes);

/** Returns the part of a request that the person chooses scope by scope. */
export function optionalScopes(
  client: { readonly registration_type?: RegistrationType; readonly optional_scope?: string | undefined },
  requested: readonly string[],
): string[] {
  const optional = parseScope(client.optional_scope);
  return isUnregistered(client) ? [...requested] : requested.filter((scope) => optional.includes(scope));
}

export function consentQuestion(request: {
  requested: readonly string[];
  /** Those of the request that the person chooses. */
  optional: readonly string[];
  /** Whether nobody registered the client. */
  unregistered?: boolean;
  remembered?: Remembered | undefined;
  /** Ask for all scopes again: with prompt=consent, or for clients that need consent each time. */
  everything: boolean;
}): ConsentQuestion {
  const { requested, unregistered, remembered, everything } = request;
  const isOptional = (scope: string) => request.optional.includes(scope);
  const isDecided = (scope: string) =>
    remembered?.granted.includes(scope) || (isOptional(scope) && remembered?.refused.includes(scope));
  const askable = requested.filter((scope) => !silent.has(scope));
  const undecided = askable.filter((scope) => !isDecided(scope));
  // Where only an organisation allows the app, the person has granted nothing yet, and may have refused something.
  const hasSome = remembered !== undefined && remembered.granted.length > 0;
  const more = hasSome && !everything && undecided.length > 0;
  const shown = more ? undecided : askable;
  const isOffered = (scope: string) => unregistered && !isSensitive(scope) && !remembered?.refused.includes(scope);
  return {
    required: shown.filter((scope) => !isOptional(scope)),
    optional: shown.filter(isOptional),
    ticked: shown.filter((scope) => isOptional(scope) && (remembered?.granted.includes(scope) || isOffered(scope))),
    more,
  };
}

/** What an answer grants and refuses. */
export interface ConsentDecision extends Remembered {
  /** What "Read only" left out: neither granted nor refused, so that a request for exactly that is asked. */
  readonly leftOut: readonly string[];
}

/**
 * Decides what allowing grants. `picked` are the ticked boxes of the form; scopes that were not asked for are ignored, and with
 * `readOnly` so is what changes or costs. If that was granted before, it is withdrawn.
 * Returns undefined if nothing would be granted, which is a denial (`access_denied`).
 */
export function consentDecision(
  question: ConsentQuestion,
  picked: readonly string[],
  requested: readonly string[],
  { readOnly = false, remembered }: { readOnly?: boolean; remembered?: Remembered | undefined } = {},
): ConsentDecision | undefined {
  const isTicked = (scope: string) => picked.includes(scope) && !(readOnly && isSensitive(scope));
  const unticked = question.optional.filter((scope) => !isTicked(scope));
  const isFolded = (scope: string) => isSensitive(scope) && !remembered?.granted.includes(scope);
  const leftOut = readOnly && readOnlySwitch(question) !== undefined ? unticked.filter(isFolded) : [];
  const granted = [...question.required, ...question.optional.filter(isTicked)];
  const identity = requested.filter((scope) => silent.has(scope));
  if (granted.length === 0 && !question.more && !identity.includes('openid')) return undefined;
  return {
    granted: [...granted, ...identity],
    refused: unticked.filter((scope) => !leftOut.includes(scope)),
    leftOut,
  };
}

/**
 * Returns what the answered request itself gets of what is remembered after it. What the answer left out is not given, even if
 * the person allowed it on another device at the same moment.
 */
export function heldToAnswer({ granted, refused }: Remembered, leftOut: readonly string[]): Remembered {
  return {
    granted: granted.filter((scope) => !leftOut.includes(scope)),
    refused: [...new Set([...refused, ...leftOut])],
  };
}

/**
 * Whether the page has a "read only" switch, and whether that is on at first: only where there is something to read and
 * something else, and only while nothing else is allowed. Undefined: there is no switch.
 */
export function readOnlySwitch({ required, optional, ticked }: ConsentQuestion): boolean | undefined {
  const shown = [...required, ...optional];
  if (!optional.some(isSensitive) || shown.every(isSensitive)) return undefined;
  return !ticked.some(isSensitive);
}

/** Returns what is remembered after a decision, if nothing else changes it meanwhile: `save_consent` decides. */
export function mergedConsent(before: Remembered | undefined, decision: Remembered): Remembered {
  const merge = (kept: readonly string[] = [], added: readonly string[], removed: readonly string[]) =>
    [...new Set([...kept, ...added])].filter((scope) => !removed.includes(scope));
  return {
    granted: merge(before?.granted, decision.granted, decision.refused),
    refused: merge(before?.refused, decision.refused, decision.granted),
  };
}

/** Returns the part of a request that an existing consent covers: the grant of an authorization without a page. */
export function grantFromConsent(
  requested: readonly string[],
  remembered: Remembered,
  optional: readonly string[],
): { granted: string[]; rejected: string[] } {
  return {
    granted: requested.filter((scope) => remembered.granted.includes(scope)),
    rejected: requested.filter((scope) => remembered.refused.includes(scope) && optional.includes(scope)),
  };
}
