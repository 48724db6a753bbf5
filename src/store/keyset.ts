/** Pages of long lists by where the last one ended: as quick at the end of a list as at its beginning. */
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';

/** A place in a list: what the row there is sorted by, and its id. */
export interface Place {
  readonly key: string;
  readonly id: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: Place;
  readonly before?: Place;
  /** Rows to skip from the beginning, where neither place is given: a numbered page near it. */
  readonly offset?: number;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** Where this page begins and ends, when something lies beyond. */
  readonly previous?: Place;
  readonly next?: Place;
}

interface Order {
  /** SQL of what is sorted by, and its type; of the id. */
  readonly key: string;
  readonly type: 'text' | 'timestamptz';
  readonly id: string;
  readonly descending?: boolean;
}

type Keyed = { readonly page_key: string; readonly page_id: string };

/** Runs `query` for one page. */
export async function keysetPage<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  { key, type, id, descending = false }: Order,
  { limit, after, before, offset = 0 }: PageRequest,
): Promise<Page<O>> {
  const backwards = before !== undefined;
  const direction = descending === backwards ? 'asc' : 'desc';
  const place = after ?? before;
  const columns = sql`(${sql.raw(key)}, ${sql.raw(id)})`;
  let paged = query
    .select([sql<string>`(${sql.raw(key)})::text`.as('page_key'), sql<string>`${sql.raw(id)}`.as('page_id')])
    .orderBy(sql.raw(key), direction)
    .orderBy(sql.raw(id), direction)
    .limit(limit + 1);
  if (place) {
    const comparison = sql.raw(direction === 'asc' ? '>' : '<');
    paged = paged.where(sql<boolean>`${columns} ${comparison} (${place.key}::${sql.raw(type)}, ${place.id})`);
  } else if (offset > 0) paged = paged.offset(offset);
  const found = (await paged.execute()) as unknown as (O & Keyed)[];
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

const placeOf = ({ page_key: key, page_id: id }: Keyed): Place => ({ key, id });

/**
 * Whether `words`, a tsvector, has words that begin like those which somebody typed. Without a single word nothing has. As a
 * parameter: planned without knowing the word, the index is what is used.
 */
export function containsWords(words: RawBuilder<unknown>, typed: string): RawBuilder<boolean> {
  const wanted = typed.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (wanted.length === 0) return sql<boolean>`false`;
  return sql<boolean>`${words} @@ ${wanted.map((word) => `'${word.toLowerCase()}':*`).join(' & ')}::tsquery`;
}
