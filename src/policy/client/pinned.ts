/**
 * What a person allowed, of a client that describes itself: its maker can change that, by its document or by RFC 7592. If its
 * name, its redirect URIs or its keys are others now, the person is asked again and sees what changed. The database keeps the
 * same facts with each consent (pin_client in migrations/0088).
 */
import { isDeepStrictEqual } from 'node:util';
import { parseScope } from '../scopes.ts';
import { isUnregistered, type RegistrationType } from './registration-types.ts';

const names = [
  'client_name',
  'client_name#en',
  'client_name#de',
  'client_name#es',
  'client_name#fr',
  'client_name#ja',
] as const;
const keys = ['token_endpoint_auth_method', 'jwks', 'jwks_uri'] as const;
const pinnedFields = [...names, 'redirect_uris', ...keys] as const;

type Row = Readonly<Record<(typeof pinnedFields)[number], unknown>> & {
  readonly registration_type: RegistrationType;
  readonly first_party: boolean;
};

/** The pinned fields of a client; what is missing is null. */
export type Pinned = { readonly [Name in (typeof pinnedFields)[number]]?: unknown } & {
  readonly client_name: string;
  readonly redirect_uris: readonly string[];
};

/** What people see of a client that changed. */
export type PinnedChange = 'name' | 'redirect_uris' | 'keys';

/**
 * The pin of a stored client, as one text; undefined for a client that only people of this server change: one that a person
 * registered, or that registered itself and was made first-party.
 */
export function pinOf(client: Row): string | undefined {
  if (!isUnregistered(client)) return undefined;
  if (client.first_party && client.registration_type === 'dynamic') return undefined;
  return JSON.stringify(Object.fromEntries(pinnedFields.map((name) => [name, client[name] ?? null])));
}

export function parsePin(pin: string): Pinned {
  return JSON.parse(pin) as Pinned;
}

/** Whether the client is still what the person allowed. `pin` is undefined for a client that has none. */
export function isAsAllowed({ pinned }: { readonly pinned?: Pinned | null }, pin: string | undefined): boolean {
  if (pin === undefined) return true;
  return pinned ? changedSincePinned(pinned, parsePin(pin)).length === 0 : false;
}

/** What changed between two pins. The order of the redirect URIs makes no difference. */
export function changedSincePinned(before: Pinned, now: Pinned): PinnedChange[] {
  const differs = (name: (typeof pinnedFields)[number]) =>
    !isDeepStrictEqual(comparable(before[name]), comparable(now[name]));
  const changes: [PinnedChange, boolean][] = [
    ['name', names.some(differs)],
    ['redirect_uris', differs('redirect_uris')],
    ['keys', keys.some(differs)],
  ];
  return changes.filter(([, changed]) => changed).map(([change]) => change);
}

const comparable = (value: unknown): unknown => (Array.isArray(value) ? value.toSorted() : (value ?? null));

/** What an admin saw of a client that they allowed by a rule for it: its pin, and the scope that it may ask for. */
export type Seen = Pinned & { readonly scope: string };

/** What of a client is not what an admin allowed. `unknown`: the rule is older than the record of what was seen. */
export const ruleChanges = ['name', 'redirect_uris', 'keys', 'scope', 'unknown'] as const satisfies readonly (
  | PinnedChange
  | 'scope'
  | 'unknown'
)[];

export function changedSinceSeen(seen: Seen | null, now: Seen): (typeof ruleChanges)[number][] {
  if (!seen) return ['unknown'];
  const more = scopesBeyond(seen, now).length > 0;
  return [...changedSincePinned(seen, now), ...(more ? ['scope' as const] : [])];
}

/** The scopes that a client may ask for beyond those that an admin saw. */
export function scopesBeyond(seen: Seen, now: Seen): string[] {
  const before = parseScope(seen.scope);
  return parseScope(now.scope).filter((scope) => !before.includes(scope));
}
