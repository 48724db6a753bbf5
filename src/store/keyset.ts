/** Pages of long lists by where the last one ended: as quick at the end of a list as at its beginning. */
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';

/** A place in a list: what the row there is sorted by, and its id. A moment is written in microseconds since 1970. */
export interface Cursor {
  readonly key: string;
  readonly id: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: Cursor;
  readonly before?: Cursor;
  /** Rows to skip from the beginning, where neither place is given: a numbered page near it. */
  readonly offset?: number;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** Where this page begins and ends, when something lies beyond. */
  readonly previous?: Cursor;
  readonly next?: Cursor;
}

interface Order {
  /** SQL of what is sorted by, and its type; of the id. */
  readonly key: string;
  readonly type: 'text' | 'timestamptz';
  readonly id: string;
  readonly descending?: boolean;
}

type Keyed = { readonly page_key: string; readonly page_id: string };

/** How a key is written in a place, and read again. Text that is no moment of this form never reaches the database. */
const keyForms = {
  text: {
    written: (key: string) => sql<string>`${sql.raw(key)}`,
    read: (text: string) => sql`${text}::text`,
    form: /^/,
  },
  timestamptz: {
    written: (key: string) => sql<string>`(extract(epoch FROM ${sql.raw(key)}) * 1000000)::bigint::text`,
    read: (text: string) => sql`timestamptz 'epoch' + ${text}::bigint * interval '1 microsecond'`,
    // As many digits end in the year 2286, far within what PostgreSQL can store.
    form: /^\d{1,16}$/,
  },
} as const;

/** Runs `query` for one page. A place that no row of the list can be at leads to the beginning. */
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

/** The longest word that PostgreSQL indexes, in bytes; a query with a longer one is an error. */
const maxWordChars = 2_046;
/** No name or address has as many; further words are not looked at. */
const maxWords = 50;

/** In no name and no address, and nothing that parts words. */
const control = /(?![\t\n\r])\p{Cc}/u;

/**
 * Whether `words`, a tsvector, has words that begin like those which somebody typed. False without a single word, for a
 * word that is too long to be in any text, and for control characters, which no text has. As a parameter: planned without knowing the word, the index is what is used.
 */
export function containsWords(words: RawBuilder<unknown>, typed: string): RawBuilder<boolean> {
  const wanted = [...new Set(typed.match(/[\p{L}\p{N}]+/gu)?.map((word) => word.toLowerCase()))].slice(0, maxWords);
  if (control.test(typed)) return sql<boolean>`false`;
  if (wanted.length === 0 || wanted.some((word) => Buffer.byteLength(word) > maxWordChars)) return sql<boolean>`false`;
  return sql<boolean>`${words} @@ ${wanted.map((word) => `'${word}':*`).join(' & ')}::tsquery`;
}
