/**
 * The position of a reader in the revocation feed. Readers return it unchanged. `<feed>.<seq>` means that the reader has
 * every entry up to seq. During a snapshot, a third part is the highest seq that was purged when the snapshot began.
 */
export interface FeedCursor {
  /** Identifies the list; each database has its own. */
  readonly feed: string;
  readonly seq: number;
  /** The reader misses nothing that was purged up to this seq. */
  readonly purgedBefore: number;
}

/** Numbers of up to 15 digits are safe integers. */
const form = /^([0-9a-z]{1,64})\.(\d{1,15})(?:\.(\d{1,15}))?$/;

/** Returns undefined if the text is not a valid cursor. */
export function parseFeedCursor(text: string | undefined): FeedCursor | undefined {
  const [, feed, seq, purged] = form.exec(text ?? '') ?? [];
  if (feed === undefined || seq === undefined) return undefined;
  return { feed, seq: Number(seq), purgedBefore: Math.max(Number(seq), Number(purged ?? 0)) };
}

export function formatFeedCursor({ feed, seq, purgedBefore }: FeedCursor): string {
  return purgedBefore > seq ? `${feed}.${seq}.${purgedBefore}` : `${feed}.${seq}`;
}

/**
 * Reports whether the reader needs only the entries after `cursor`: it has the same list, is not ahead of it, and has seen
 * all purged entries. A missed entry matters, because it may have lifted an older one (a client that was enabled again).
 */
export function canResume(
  cursor: FeedCursor,
  list: { readonly feed: string; readonly position: number; readonly purged: number },
): boolean {
  return cursor.feed === list.feed && cursor.seq <= list.position && list.purged <= cursor.purgedBefore;
}
