/**
 * The revocation list as a feed. Entries become visible in the order of `seq`, because revoke_token() holds a lock until
 * commit. So "everything after seq" never skips an entry that commits late. One statement reads a page and its position.
 */
import { AppError } from '../errors.ts';
import type { Db, Statement } from './database.ts';
import type { RevocationKind } from './schema.ts';

/** The newest entry of a (kind, value) is the valid one; an entry that expires in the past lifts the earlier ones. */
export interface FeedEntry {
  readonly seq: number;
  readonly kind: RevocationKind;
  readonly value: string;
  /** Epoch seconds; null means never. */
  readonly expires_at: number | null;
}

export interface FeedPage {
  readonly feed: string;
  /** The seq of the newest entry that exists or existed, even if it is not in this page. */
  readonly position: number;
  /** The highest seq that was ever purged. */
  readonly purged: number;
  /** The database's time before the read, in epoch seconds with a millisecond fraction. */
  readonly asOf: number;
  readonly entries: readonly FeedEntry[];
}

/** `statement_timestamp` precedes the snapshot, so the page contains everything that was committed until then. */
const readStatement: Statement = {
  name: 'revocation-feed',
  text: `WITH page AS (SELECT * FROM token_revocation WHERE seq > $1 ORDER BY seq LIMIT $2),
      purged AS (SELECT coalesce((SELECT value::bigint FROM settings WHERE name = 'feed_purged'), 0) AS seq)
    SELECT (SELECT value FROM settings WHERE name = 'feed_id') AS feed,
      greatest((SELECT max(seq) FROM token_revocation), purged.seq)::float8 AS position, purged.seq::float8 AS purged,
      round(extract(epoch FROM statement_timestamp()), 3)::float8 AS as_of, pg_is_in_recovery() AS standby,
      (SELECT coalesce(json_agg(json_build_object('seq', seq, 'kind', kind, 'value', value,
        'expires_at', ceil(extract(epoch FROM expires_at))::bigint) ORDER BY seq), '[]') FROM page) AS entries
    FROM purged`,
};

/** Reading after this seq returns a page without entries, for its position. */
export const endOfFeed = Number.MAX_SAFE_INTEGER;

/** Reads up to `limit` entries after `seq`. Throws if the database is a standby, which may lag behind. */
export async function readFeed(db: Db, seq: number, limit: number): Promise<FeedPage> {
  const [row] = await db.run<FeedPage & { as_of: number; standby: boolean }>(readStatement, [seq, limit]);
  if (!row || row.standby) throw new AppError('unavailable', 'The revocation list can’t be read from a standby');
  return { feed: row.feed, position: row.position, purged: row.purged, asOf: row.as_of, entries: row.entries };
}
