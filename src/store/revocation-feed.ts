/**
 * The revocation list as a feed. Entries are numbered when they are written and not when they are committed, so one that
 * commits late may have a number that readers have passed. Readers therefore get only entries that are settled
 * (migrations/0027 and 0030): settling gives late ones a new number at the end of the list. So "everything after seq" never skips an
 * entry, and nobody waits for a transaction that hangs. One statement reads a page and its position.
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

const list = 'SELECT through, as_of, first_unsettled(as_of) AS since, skipped FROM revocation_list';
const isUnsettled = 'written_by >= (SELECT since FROM list) AND is_unsettled(written_by, (SELECT as_of FROM list))';

/**
 * Differs from the id of servers that read the list without settling it. So a reader that comes from such a server gets a
 * snapshot, and with it any late entry that it missed there.
 */
const feedId = "left(encode(sha256(convert_to(value, 'UTF8')), 'hex'), 32)";

/** `statement_timestamp` precedes the snapshot, so the page contains everything that was committed until then and is settled. */
const readStatement: Statement = {
  name: 'revocation-feed-settled',
  text: `WITH list AS (${list}),
      page AS (SELECT seq, kind, value, expires_at FROM token_revocation
        WHERE seq > $1 AND seq <= (SELECT through FROM list) AND NOT coalesce(${isUnsettled}, false)
          AND seq <> ALL ((SELECT skipped FROM list)::bigint[]) ORDER BY seq LIMIT $2),
      purged AS (SELECT coalesce((SELECT value::bigint FROM settings WHERE name = 'feed_purged'), 0) AS seq)
    SELECT (SELECT ${feedId} FROM settings WHERE name = 'feed_id') AS feed,
      greatest((SELECT through FROM list), purged.seq)::float8 AS position, purged.seq::float8 AS purged,
      round(extract(epoch FROM statement_timestamp()), 3)::float8 AS as_of, pg_is_in_recovery() AS standby,
      EXISTS (SELECT FROM token_revocation WHERE ${isUnsettled}) OR (SELECT skipped <> '{}' FROM list)
        OR EXISTS (SELECT FROM token_revocation WHERE seq > (SELECT through FROM list)) AS unsettled,
      (SELECT coalesce(json_agg(json_build_object('seq', seq, 'kind', kind, 'value', value,
        'expires_at', ceil(extract(epoch FROM expires_at))::bigint) ORDER BY seq), '[]') FROM page) AS entries
    FROM purged`,
};

/** Reading after this seq returns a page without entries, for its position. */
export const endOfFeed = Number.MAX_SAFE_INTEGER;

/**
 * Reads up to `limit` entries after `seq`, and settles before what was committed meanwhile. Throws if the database is a
 * standby, which may lag behind.
 */
export async function readFeed(db: Db, seq: number, limit: number): Promise<FeedPage> {
  const { unsettled, ...page } = await readPage(db, seq, limit);
  if (!unsettled) return page;
  await settleRevocations(db);
  const { unsettled: _newer, ...settled } = await readPage(db, seq, limit);
  // What was committed since the first read may not be settled yet.
  return { ...settled, asOf: page.asOf };
}

/**
 * Settles the entries that have been committed by now. It is sent as one message of the simple protocol, which the database
 * runs and commits by itself: a process that freezes never holds the lock. So never call it in a transaction.
 */
export async function settleRevocations(db: Db): Promise<void> {
  await db.script('SELECT settle_revocations()');
}

async function readPage(db: Db, seq: number, limit: number): Promise<FeedPage & { readonly unsettled: boolean }> {
  const [row] = await db.run<FeedPage & { as_of: number; standby: boolean; unsettled: boolean }>(readStatement, [
    seq,
    limit,
  ]);
  if (!row || row.standby) throw new AppError('unavailable', 'The revocation list can’t be read from a standby');
  const { feed, position, purged, as_of: asOf, entries, unsettled } = row;
  return { feed, position, purged, asOf, entries, unsettled };
}
