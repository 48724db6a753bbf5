/**
 * What a consent page asks, and what an answer means. A client's optional scopes are checkboxes; all others are
 * all-or-nothing. What was refused is asked again only with `prompt=consent`.
 */

export interface ConsentQuestion {
  /** Asked as a whole: allowing the app allows these. */
  readonly required: string[];
  /** Each one up to the person. */
  readonly optional: string[];
  /** Optional scopes that stand allowed today: ticked, since leaving them out would take them away. */
  readonly ticked: string[];
  /** Whether this is more than was allowed before: shown as a difference. */
  readonly more: boolean;
}

export interface Remembered {
  readonly granted: readonly string[];
  readonly refused: readonly string[];
}

/** Scopes that a token always may carry and nobody is asked about. */
const silent = new Set(['openid', 'offline_access']);

export function consentQuestion(request: {
  requested: readonly string[];
  optionalOfClient: readonly string[];
  remembered?: Remembered | undefined;
  /** prompt=consent, or a client that is asked about each time. */
  everything: boolean;
}): ConsentQuestion {
  const { requested, optionalOfClient, remembered, everything } = request;
  const isOptional = (scope: string) => optionalOfClient.includes(scope);
  const known = (scope: string) =>
    remembered?.granted.includes(scope) || (isOptional(scope) && remembered?.refused.includes(scope));
  const asked = requested.filter((scope) => !silent.has(scope));
  const fresh = asked.filter((scope) => !known(scope));
  const more = remembered !== undefined && !everything && fresh.length > 0;
  const shown = more ? fresh : asked;
  return {
    required: shown.filter((scope) => !isOptional(scope)),
    optional: shown.filter(isOptional),
    ticked: shown.filter((scope) => isOptional(scope) && remembered?.granted.includes(scope)),
    more,
  };
}

/**
 * What allowing means. `picked` are the ticked boxes as they came: anything that was not asked is ignored.
 * Undefined when nothing at all would be allowed: that is a denial (`access_denied`).
 */
export function consentDecision(
  question: ConsentQuestion,
  picked: readonly string[],
  requested: readonly string[],
): { granted: string[]; refused: string[] } | undefined {
  const ticked = question.optional.filter((scope) => picked.includes(scope));
  const refused = question.optional.filter((scope) => !picked.includes(scope));
  const granted = [...question.required, ...ticked];
  const identity = requested.filter((scope) => silent.has(scope));
  if (granted.length === 0 && !question.more && !identity.includes('openid')) return undefined;
  return { granted: [...granted, ...identity], refused };
}

/** What of a request an existing consent answers: the grant that a silent authorization gets. */
export function grantFromConsent(
  requested: readonly string[],
  remembered: Remembered,
  optionalOfClient: readonly string[],
): { granted: string[]; rejected: string[] } {
  return {
    granted: requested.filter((scope) => remembered.granted.includes(scope)),
    rejected: requested.filter((scope) => remembered.refused.includes(scope) && optionalOfClient.includes(scope)),
  };
}
