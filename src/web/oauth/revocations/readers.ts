/**
 * Who reads the feed: so many at once in all and of one client, and each client only as long as it may. A gateway that
 * is disabled loses its open streams.
 */

export interface Readers {
  /** Takes a place; undefined when there is none. Give it back by calling the result once. */
  admit(clientId: string): (() => void) | undefined;
  /** Whether the client still may follow; asked of the server now and then, for all readers of a client at once. */
  stillMay(clientId: string): Promise<boolean>;
}

export interface ReaderLimits {
  readonly most: number;
  readonly maxPerClient: number;
  /** Milliseconds. */
  readonly recheck: number;
}

/** Each open stream costs some 30 KB here, and a file descriptor. */
const defaultLimits: ReaderLimits = { most: 4_000, maxPerClient: 2_000, recheck: 4_000 };

export function createReaders(
  mayFollow: (clientId: string) => Promise<boolean>,
  { most, maxPerClient, recheck }: ReaderLimits = defaultLimits,
): Readers {
  const clients = new Map<string, { open: number; checkedAt: number; may: Promise<boolean> }>();
  let open = 0;
  return {
    admit(clientId) {
      const client = clients.get(clientId) ?? { open: 0, checkedAt: performance.now(), may: Promise.resolve(true) };
      if (open >= most || client.open >= maxPerClient) return undefined;
      open += 1;
      client.open += 1;
      clients.set(clientId, client);
      return () => {
        open -= 1;
        client.open -= 1;
        if (client.open === 0) clients.delete(clientId);
      };
    },
    async stillMay(clientId) {
      const client = clients.get(clientId);
      if (!client) return false;
      if (performance.now() - client.checkedAt > recheck) {
        client.checkedAt = performance.now();
        // What can't be asked right now is asked again: a lost database ends no stream.
        client.may = mayFollow(clientId).catch(() => true);
      }
      return client.may;
    },
  };
}
