/**
 * What the audit log keeps of a change that strangers can make as often as they like, so that it does not grow by what they send:
 * short values as they are, of long lists only what differs, and of long texts the beginning and a digest.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { pick } from '../pick.ts';

type Values = Readonly<Record<string, unknown>>;

/** A value whose JSON is not longer is kept whole. */
const maxWholeChars = 200;
const maxItems = 4;
const beginningChars = 80;

/** Returns the named fields of both, each at most about 700 characters long. */
export function boundedChanges(
  before: Values,
  after: Values,
  names: readonly string[],
): { before: Values; after: Values } {
  const bounded = (of: Values, other: Values) =>
    Object.fromEntries(Object.entries(pick(of, names)).map(([name, value]) => [name, short(value, other[name])]));
  return { before: bounded(before, after), after: bounded(after, before) };
}

function short(value: unknown, other: unknown): unknown {
  const json = JSON.stringify(value) ?? 'null';
  if (json.length <= maxWholeChars) return value;
  if (typeof value === 'string') return beginningOf(value);
  if (!Array.isArray(value)) return beginningOf(json);
  const others: readonly unknown[] = Array.isArray(other) ? other : [];
  const different = value.filter((one) => !others.some((two) => isDeepStrictEqual(one, two)));
  const [same, more] = [value.length - different.length, different.length - maxItems];
  return [
    ...different.slice(0, maxItems).map((one) => (typeof one === 'string' ? beginningOf(one) : short(one, undefined))),
    ...(more > 0 ? [`… ${more} more, SHA-256 ${digestOf(json)}`] : []),
    ...(same > 0 ? [`… ${same} in both`] : []),
  ];
}

function beginningOf(text: string): string {
  if (text.length <= beginningChars) return text;
  return `${text.slice(0, beginningChars)}… ${text.length} characters, SHA-256 ${digestOf(text)}`;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
