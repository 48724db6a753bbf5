/**
 * Reports of secret scanners in the form of GitHub's secret scanning partner programme: a JSON array of
 * `{token, type, url, source}`, answered with what each of them was.
 */
import { isObject } from './json-values.ts';
import { type FoundSecret, findSecrets, type LeakOutcome, placeOf } from './leaked-secrets.ts';

export const reportBounds = { bytes: 2 * 1024 * 1024, entries: 5_000 } as const;

/** The headers of a signed report. */
export const reportHeaders = {
  identifier: 'Github-Public-Key-Identifier',
  signature: 'Github-Public-Key-Signature',
} as const;

const maxTokenLength = 2_000;
const typeForm = /^[\x20-\x7e]{1,100}$/;
const sourceForm = /^[a-z_ -]{1,40}$/i;

interface ReportedToken {
  readonly token: string;
  /** The name under which the scanner knows the kind; it is sent back. */
  readonly type: string;
  /** The secrets of ours in it: one, as a rule. */
  readonly secrets: readonly string[];
}

export interface LeakReport {
  /** Each token of a type once, in the order of the report. */
  readonly tokens: readonly ReportedToken[];
  /** Each secret once, with the places where it was found. */
  readonly secrets: readonly (FoundSecret & { readonly places: readonly string[] })[];
}

/**
 * Returns what was reported, or a sentence about what is wrong with the report. Entries without a token are left out: one that
 * is malformed must not keep the others from ending.
 */
export function readLeakReport(document: unknown): LeakReport | string {
  if (!Array.isArray(document)) return 'The report is not a JSON array';
  if (document.length > reportBounds.entries) return `The report has more than ${reportBounds.entries} entries`;
  const tokens = new Map<string, ReportedToken>();
  const secrets = new Map<string, FoundSecret & { places: string[] }>();
  for (const entry of document) {
    if (!isObject(entry) || typeof entry.token !== 'string' || entry.token.length > maxTokenLength) continue;
    const { token } = entry;
    const type = typeof entry.type === 'string' && typeForm.test(entry.type) ? entry.type : 'unknown';
    const found = findSecrets(token);
    tokens.set(`${type} ${token}`, { token, type, secrets: found.map(({ secret }) => secret) });
    const place = placeOfEntry(entry);
    for (const one of found) {
      const known = secrets.get(one.secret) ?? { ...one, places: [] };
      if (place !== undefined && !known.places.includes(place)) known.places.push(place);
      secrets.set(one.secret, known);
    }
  }
  return { tokens: [...tokens.values()], secrets: [...secrets.values()] };
}

/** The address may be empty; then the kind of source is all that is known. */
function placeOfEntry({ url, source }: Readonly<Record<string, unknown>>): string | undefined {
  const place = typeof url === 'string' ? placeOf(url) : undefined;
  return place ?? (typeof source === 'string' && sourceForm.test(source) ? source : undefined);
}

export interface LeakFeedback {
  /** SHA-256 of the token in hex: the token itself does not travel back. */
  readonly token_hash: string;
  readonly token_type: string;
  readonly label: 'true_positive' | 'false_positive';
}

/** Says of each token whether this server issued it. `hash` returns SHA-256 in hex. */
export function feedbackOn(
  { tokens }: LeakReport,
  outcomes: ReadonlyMap<string, LeakOutcome>,
  hash: (text: string) => string,
): LeakFeedback[] {
  return tokens.map(({ token, type, secrets }) => {
    const isOurs = secrets.some((secret) => (outcomes.get(secret) ?? 'unknown') !== 'unknown');
    return { token_hash: hash(token), token_type: type, label: isOurs ? 'true_positive' : 'false_positive' };
  });
}
