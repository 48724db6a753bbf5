/** The rule of a distributed database: a statement of a hot path that concerns a distributed table names its distribution column. */
import pg from 'pg';
import { Batch } from '../../src/store/batch.ts';
import { distributedTables } from '../../src/store/distribution.ts';

/** SQL functions of ours that read or write grants. */
const functionsOnGrants = ['end_grants'];

/** The distributed tables that a statement concerns without naming their key by a value. */
export function tablesWithoutKey(text: string): string[] {
  const sql = text.replace(/--.*$/gm, '').replace(/\s+/g, ' ');
  return Object.entries(distributedTables).flatMap(([table, key]) => {
    const uses = [
      ...sql.matchAll(new RegExp(`\\b(?:FROM|JOIN|UPDATE|INTO) "?${table}"?(?: AS)?(?: (?!SET\\b)(\\w+))?`, 'gi')),
    ];
    const calls = functionsOnGrants.filter((name) => sql.includes(`${name}(`));
    const keyed = uses.every(([use, alias]) =>
      use.toUpperCase().startsWith('INTO')
        ? new RegExp(`INTO "?${table}"? \\([^)]*\\b${key}\\b`, 'i').test(sql)
        : new RegExp(`(?:\\b(?:${alias ?? table}|${table})\\.|[^.\\w])"?${key}"? = \\$\\d`, 'i').test(sql),
    );
    return calls.length > 0 || !keyed ? [table] : [];
  });
}

/**
 * The SELECTs of a source file that lock rows of a distributed table without naming its key by a value: Citus refuses to lock rows of
 * several shards. A SELECT begins at its bracket, or with its text.
 */
export function locksOfSeveralShards(source: string): string[] {
  const text = source.replace(/\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  return [...text.matchAll(/\bFOR (?:NO KEY )?UPDATE\b|\bFOR (?:KEY )?SHARE\b/g)].flatMap((lock) => {
    const select = selectBefore(text, lock.index);
    return /^\s*SELECT\b/.test(select) && tablesWithoutKey(select).length > 0 ? [`${select.trim()} ${lock[0]}`] : [];
  });
}

/** The SELECT that ends at this index, without what is in brackets inside it. */
function selectBefore(text: string, end: number): string {
  let kept = '';
  let depth = 0;
  for (let at = end - 1; at >= 0; at -= 1) {
    const character = text[at] as string;
    if (character === ')') depth += 1;
    else if (character === '(' && depth > 0) depth -= 1;
    else if (character === '(' || (depth === 0 && /[`']/.test(character))) break;
    else if (depth === 0) kept = character + kept;
  }
  return kept.replace(/\s+/g, ' ');
}

/** Records the text of each statement of this process on connections that are opened from now on, until `stop`. */
export function recordStatements(): { readonly texts: Set<string>; stop(): void } {
  const texts = new Set<string>();
  const { query } = pg.Client.prototype;
  const see = (first: unknown) => {
    if (first instanceof Batch) for (const text of first.texts) texts.add(text);
    else if (typeof first === 'string') texts.add(first);
    else if (typeof first === 'object' && first !== null && 'text' in first) texts.add(String(first.text));
  };
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    see(args[0]);
    return Reflect.apply(query, this, args);
  } as typeof query;
  const stop = () => {
    pg.Client.prototype.query = query;
  };
  return { texts, stop };
}
