/**
 * What an admin has decided about a client that describes itself (RFC 7591, RFC 7592, or the document of its id). The client may
 * say something else later, and the admin's word holds: of a list only what the admin left, of other fields the admin's value.
 * docs/decisions/0089 has the reasons.
 */
import { isDeepStrictEqual } from 'node:util';
import { formatScope, parseScope } from '../scopes.ts';
import type { RegistrationType } from './registration-types.ts';
import type { FieldName } from './schema.ts';
import { documentFields } from './self-registration.ts';

/** The type of a client never changes by an admin. */
type DecidableField = Exclude<(typeof documentFields)[number], 'type'> | (typeof scopeFields)[number];

const scopeFields = ['scope', 'default_scope', 'optional_scope'] as const satisfies readonly FieldName[];

export const decidableFields: readonly DecidableField[] = [
  ...documentFields.filter((name) => name !== 'type'),
  ...scopeFields,
];

interface Decision {
  readonly holds: unknown;
  /** What the client said last. It counts again when the admin gives the field back. */
  readonly own: unknown;
}

export type AdminDecisions = { readonly [Name in DecidableField]?: Decision };

type Values = Readonly<Record<string, unknown>>;

const localizedNames: readonly DecidableField[] = [
  'client_name#en',
  'client_name#de',
  'client_name#es',
  'client_name#fr',
  'client_name#ja',
];

/** Fields that mean something only together: whoever decides one of them decides all, and they are given back together. */
const groups: readonly (readonly DecidableField[])[] = [
  // People see one of them, whichever suits their language.
  ['client_name', ...localizedNames],
  ['token_endpoint_auth_method', 'jwks', 'jwks_uri'],
  scopeFields,
];

const groupOf = (name: DecidableField): readonly DecidableField[] =>
  groups.find((group) => group.includes(name)) ?? [name];

const isDecidable = (name: string): name is DecidableField => decidableFields.some((decidable) => decidable === name);

/** Lists, and texts that are lists of scopes. Of `optional_scope` an admin adds, of the others an admin takes. */
const listFields: readonly string[] = [
  'redirect_uris',
  'post_logout_redirect_uris',
  'grant_types',
  'contacts',
  'scope',
  'default_scope',
  'optional_scope',
] satisfies DecidableField[];

/** The decisions after an admin has changed the client from `before` to `after`; null if none is left. */
export function decisionsAfter(before: Values & WithDecisions, after: Values): AdminDecisions | null {
  const was = before.admin_decisions ?? {};
  const touched = decidableFields.filter((name) => !isDeepStrictEqual(before[name] ?? null, after[name] ?? null));
  const decided = touched.flatMap((name) => (was[name] || takes(name, before, after) ? groupOf(name) : []));
  const next: Record<string, Decision> = { ...was };
  for (const name of decided) {
    const own = was[name] ? was[name].own : (before[name] ?? null);
    next[name] = { holds: heldAfter(name, was[name]?.holds, before, after), own };
  }
  for (const name of touched) {
    const group = groupOf(name);
    if (!group.every((one) => givesBack(one, next[one], after))) continue;
    for (const one of group) delete next[one];
  }
  return Object.keys(next).length === 0 ? null : (next as AdminDecisions);
}

/** Whether the client now has what it says itself. */
const givesBack = (name: DecidableField, decision: Decision | undefined, after: Values): boolean =>
  decision === undefined || isSame(name, decision.own, after[name] ?? null);

interface WithDecisions {
  readonly admin_decisions?: AdminDecisions | null;
}

/** Whether the change leaves the client less than it had: an admin who only adds takes nothing. */
function takes(name: DecidableField, before: Values, after: Values): boolean {
  if (!listFields.includes(name)) return true;
  const [had, has] = [entries(before[name]), entries(after[name])];
  return name === 'optional_scope' ? has.some((one) => !had.includes(one)) : had.some((one) => !has.includes(one));
}

/** The client may have named less than it may, so a list is compared with what it had, and the difference is applied. */
function heldAfter(name: DecidableField, held: unknown, before: Values, after: Values): unknown {
  const now = after[name] ?? null;
  if (held === undefined || !listFields.includes(name)) return now;
  const [had, has] = [entries(before[name]), entries(now)];
  const kept = entries(held).filter((one) => has.includes(one) || !had.includes(one));
  return like(now, [...new Set([...kept, ...has])]);
}

/** What the client is registered as when it says `said`. Fields that it does not name are left out. */
export function withDecisions<T extends Values>(decisions: AdminDecisions | null | undefined, said: T): T {
  if (!decisions) return said;
  const values: Record<string, unknown> = { ...said };
  for (const name of decidableFields) {
    const decision = decisions[name] ?? impliedBy(decisions, name);
    if (decision && name in said) values[name] = held(name, decision.holds, said[name]);
  }
  if ('scope' in said && scopeFields.some((name) => decisions[name])) {
    const within = entries(values.scope);
    for (const name of ['default_scope', 'optional_scope']) {
      values[name] = formatScope(entries(values[name]).filter((one) => within.includes(one)));
    }
  }
  return values as T;
}

/** In decisions of older servers the name stands alone. Names in other languages count as taken away by the admin then. */
function impliedBy(decisions: AdminDecisions, name: DecidableField): Pick<Decision, 'holds'> | undefined {
  return decisions.client_name && localizedNames.includes(name) ? { holds: null } : undefined;
}

function held(name: DecidableField, holds: unknown, said: unknown): unknown {
  if (!listFields.includes(name)) return holds;
  const [left, named] = [entries(holds), entries(said)];
  if (name === 'optional_scope') return formatScope([...new Set([...named, ...left])]);
  return like(
    holds,
    named.filter((one) => left.includes(one)),
  );
}

/** The decisions with what the client says now. */
export function decisionsAbout(decisions: AdminDecisions | null | undefined, said: Values): AdminDecisions | null {
  if (!decisions) return null;
  const pairs = Object.entries(decisions).map(([name, { holds }]) => [name, { holds, own: said[name] ?? null }]);
  return Object.fromEntries(pairs);
}

/** The fields in which the client says something else than what holds. */
export function overruledFields(said: Values, holding: Values): string[] {
  return decidableFields.filter((name) => !isSame(name, said[name] ?? null, holding[name] ?? null));
}

/** What the client says in this field, and in those that go with it; undefined if no admin has decided it. */
export function ownValues(decisions: AdminDecisions | null | undefined, name: string): Values | undefined {
  if (!decisions || !isDecidable(name) || !decisions[name]) return undefined;
  const decided = groupOf(name).filter((one) => decisions[one]);
  return Object.fromEntries(decided.map((one) => [one, decisions[one]?.own]));
}

function isSame(name: DecidableField, one: unknown, other: unknown): boolean {
  if (!listFields.includes(name)) return isDeepStrictEqual(one, other);
  return isDeepStrictEqual(entries(one).toSorted(), entries(other).toSorted());
}

function entries(value: unknown): readonly string[] {
  return typeof value === 'string' ? parseScope(value) : ((value ?? []) as readonly string[]);
}

const like = (form: unknown, list: readonly string[]): unknown =>
  typeof form === 'string' ? formatScope(list) : [...list];

/** What becomes of a client that an admin deletes. */
export type AfterDeletion = 'gone' | 'returns' | 'blocked';

/**
 * Its document registers a client again when somebody uses it, without what admins have decided about it. So one that is
 * suspended, or about which something else was decided, is blocked by a rule.
 */
export function afterDeletion(client: {
  readonly registration_type: RegistrationType;
  readonly status: string;
  readonly profile: string;
  readonly admin_decisions: AdminDecisions | null;
}): AfterDeletion {
  if (client.registration_type !== 'metadata_document') return 'gone';
  const isUndecided = client.admin_decisions === null && client.profile === 'standard';
  return client.status === 'disabled' || !isUndecided ? 'blocked' : 'returns';
}
