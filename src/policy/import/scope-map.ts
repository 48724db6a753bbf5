/** What the scopes of another server become here. */
import { AppError } from '../../errors.ts';
import { isApiScope, isIdentityScope } from '../scopes.ts';
import { isFields } from './fields.ts';

/** For clients that name no scope: Auth0 and Logto store none with a client. */
const wildcard = '*';
const maxScopes = 1_000;

/** Theirs → ours. */
export type ScopeMap = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the file for `--scopes`: an object from their scopes to ours, each a text or a list; an empty one leaves the scope out
 * without a word. Scopes of the admin API are never given by an import. @throws AppError invalid
 */
export function readScopeMap(text: string): ScopeMap {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw wrong('is not JSON');
  }
  if (!isFields(given)) throw wrong('must be an object such as {"orders.read": "projects:read"}');
  const entries = Object.entries(given);
  if (entries.length > maxScopes) throw wrong(`must have at most ${maxScopes} scopes`);
  return new Map(entries.map(([theirs, ours]) => [theirs, oursIn(theirs, ours)]));
}

function oursIn(theirs: string, given: unknown): string[] {
  const list = typeof given === 'string' ? given.split(' ').filter(Boolean) : (given ?? []);
  const unknown = Array.isArray(list) ? list.find((one) => !isOurs(one)) : given;
  if (unknown === undefined) return list as string[];
  throw wrong(`must name scopes of the API: ${JSON.stringify(unknown)} for ${JSON.stringify(theirs)} is not one`);
}

const isOurs = (scope: unknown) => typeof scope === 'string' && (isApiScope(scope) || isIdentityScope(scope));

const wrong = (problem: string) => new AppError('invalid', `The file with scopes ${problem}`);

export interface MappedScopes {
  /** In the order of theirs, each once. */
  readonly ours: readonly string[];
  readonly unknown: readonly string[];
}

/** A scope that is not in the map is ours if it has the same name; `ignored` mean nothing outside of their server. */
export function mapScopes(theirs: readonly string[], map: ScopeMap, ignored: readonly string[] = []): MappedScopes {
  const ours = new Set<string>();
  const unknown: string[] = [];
  for (const scope of theirs) {
    const mapped = map.get(scope) ?? (isOurs(scope) ? [scope] : undefined);
    if (mapped) for (const one of mapped) ours.add(one);
    else if (!ignored.includes(scope)) unknown.push(scope);
  }
  return { ours: [...ours], unknown };
}

/** What a client gets that names no scope. */
export const scopesOfNone = (map: ScopeMap): readonly string[] => map.get(wildcard) ?? [];
