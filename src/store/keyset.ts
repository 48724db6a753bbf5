/** Keyset pagination: a page starts after the last row of the previous one, so late pages are as fast as early ones. */
import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import { sql } from './builder.ts';

/** A position in a list: the sort key and the id of a row. Timestamps are written in microseconds since 1970. */
export interface Cursor {
  readonly key: string;
  readonly id: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: Cursor;
  readonly before?: Cursor;
  /** Rows to skip from the beginning if there is no cursor, for numbered pages near the beginning. */
  readonly offset?: number;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** Cursors of the first and last row, if there are more rows before and after. */
  readonly previous?: Cursor;
  readonly next?: Cursor;
}

interface Order {
  /** SQL expressions of the sort key and the id, and the type of the key. */
  readonly key: string;
  readonly type: 'text' | 'timestamptz';
  readonly id: string;
  readonly descending?: boolean;
}

type Keyed = { readonly page_key: string; readonly page_id: string };

/** How a key is written to a cursor and read again. Text that does not have this form never reaches the database. */
const keyForms = {
  text: {
    written: (key: string) => sql<string>`${sql.raw(key)}`,
    read: (text: string) => sql`${text}::text`,
    form: /^/,
  },
  timestamptz: {
    written: (key: string) => sql<string>`(extract(epoch FROM ${sql.raw(key)}) * 1000000)::bigint::text`,
    read: (text: string) => sql`timestamptz 'epoch' + ${text}::bigint * interval '1 microsecond'`,
    // 16 digits end in the year 2286, well within the range of PostgreSQL.
    form: /^\d{1,16}$/,
  },
} as const;

/** Runs `query` for one page. An invalid cursor gives the first page. */
export async function keysetPage<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  { key, type, id, descending = false }: Order,
  { limit, offset = 0, ...asked }: PageRequest,
): Promise<Page<O>> {
  const { written, read, form } = keyForms[type];
  const usable = (place: Cursor | undefined) => (place && form.test(place.key) ? place : undefined);
  const [after, before] = [usable(asked.after), usable(asked.before)];
  const backwards = before !== undefined;
  const direction = descending === backwards ? 'asc' : 'desc';
  const place = after ?? before;
  const columns = sql`(${sql.raw(key)}, ${sql.raw(id)})`;
  let paged = query
    .select([written(key).as('page_key'), sql<string>`${sql.raw(id)}`.as('page_id')])
    .orderBy(sql.raw(key), direction)
    .orderBy(sql.raw(id), direction)
    .limit(limit + 1);
  if (place) {
    const comparison = sql.raw(direction === 'asc' ? '>' : '<');
    paged = paged.where(sql<boolean>`${columns} ${comparison} (${read(place.key)}, ${place.id})`);
  } else if (offset > 0) paged = paged.offset(offset);
  const found = (await paged.execute()) as (O & Keyed)[];
  const more = found.length > limit;
  const rows = found.slice(0, limit);
  if (backwards) rows.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    rows,
    ...(first && (backwards ? more : after !== undefined || offset > 0) && { previous: placeOf(first) }),
    ...(last && (backwards || more) && { next: placeOf(last) }),
  };
}

const placeOf = ({ page_key: key, page_id: id }: Keyed): Cursor => ({ key, id });

/** PostgreSQL does not index longer words; a query with one is an error. */
const maxWordBytes = 2_046;
/** No name or address has this many words; further ones are ignored. */
const maxWords = 50;

/** Characters that occur in no name or address and do not separate words. */
const control = /(?![\t\n\r])\p{Cc}/u;

/**
 * Returns the condition that every typed word is a prefix of a word in `words`, a tsvector. The condition is false if
 * nothing was typed, if a word is too long to be indexed, and for control characters, which are in no text. The query is
 * a parameter, so that PostgreSQL plans it without knowing the words and uses the index.
 */
export function containsWords(words: RawBuilder<unknown>, typed: string): RawBuilder<boolean> {
  const prefixes = [...new Set(typed.match(/[\p{L}\p{N}]+/gu)?.map((word) => word.toLowerCase()))].slice(0, maxWords);
  if (control.test(typed)) return sql<boolean>`false`;
  if (prefixes.length === 0 || prefixes.some((word) => Buffer.byteLength(word) > maxWordBytes))
    return sql<boolean>`false`;
  // Parsed like the texts: PostgreSQL splits what begins like a number, such as 4e07408562bedb8b of an id, into two words.
  return sql<boolean>`${words} @@ to_tsquery('simple', ${prefixes.map((word) => `'${word}':*`).join(' & ')})`;
}
