/**
 * Where a reader of the revocation feed stands. Readers hand it back as it is: `<feed>.<seq>` says "I have every entry
 * up to seq"; a third part, in the midst of a snapshot, says up to where entries were already purged when it began.
 */
export interface FeedCursor {
  /** Names the list: another database, another feed. */
  readonly feed: string;
  readonly seq: number;
  /** Nothing that was purged up to here is missed. */
  readonly purgedBefore: number;
}

/** Fifteen digits are safe integers. */
const form = /^([0-9a-z]{1,64})\.(\d{1,15})(?:\.(\d{1,15}))?$/;

/** Undefined for what is no cursor of ours. */
export function parseFeedCursor(text: string | undefined): FeedCursor | undefined {
  const [, feed, seq, purged] = form.exec(text ?? '') ?? [];
  if (feed === undefined || seq === undefined) return undefined;
  return { feed, seq: Number(seq), purgedBefore: Math.max(Number(seq), Number(purged ?? 0)) };
}

export function formatFeedCursor({ feed, seq, purgedBefore }: FeedCursor): string {
  return purgedBefore > seq ? `${feed}.${seq}.${purgedBefore}` : `${feed}.${seq}`;
}

/**
 * Whether the entries after `cursor` are all that its reader misses: the same list, not ahead of it, and nothing purged
 * that the reader has not seen. A purged entry may have lifted an older one (a client enabled again), so it matters.
 */
export function canResume(
  cursor: FeedCursor,
  list: { readonly feed: string; readonly position: number; readonly purged: number },
): boolean {
  return cursor.feed === list.feed && cursor.seq <= list.position && list.purged <= cursor.purgedBefore;
}
