/**
 * Limits the readers of the feed, in total and for each client, and checks that each client still may follow. A gateway
 * that is disabled loses its open streams.
 */

export interface Readers {
  /** Takes a place; undefined if all places are taken. Release it by calling the result once. */
  admit(clientId: string): (() => void) | undefined;
  /** Whether the client still may follow. The server is asked at intervals, for all readers of a client at once. */
  stillMay(clientId: string): Promise<boolean>;
}

export interface ReaderLimits {
  readonly maxOpen: number;
  readonly maxPerClient: number;
  readonly recheckMs: number;
}

/** Each open stream costs some 30 KB here, and a file descriptor. */
const defaultLimits: ReaderLimits = { maxOpen: 4_000, maxPerClient: 2_000, recheckMs: 4_000 };

export function createReaders(
  mayFollow: (clientId: string) => Promise<boolean>,
  { maxOpen, maxPerClient, recheckMs }: ReaderLimits = defaultLimits,
): Readers {
  const clients = new Map<string, { open: number; checkedAt: number; may: Promise<boolean> }>();
  let open = 0;
  return {
    admit(clientId) {
      const client = clients.get(clientId) ?? { open: 0, checkedAt: performance.now(), may: Promise.resolve(true) };
      if (open >= maxOpen || client.open >= maxPerClient) return undefined;
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
      if (performance.now() - client.checkedAt > recheckMs) {
        client.checkedAt = performance.now();
        // A failed check is repeated later: losing the database must not end a stream.
        client.may = mayFollow(clientId).catch(() => true);
      }
      return client.may;
    },
  };
}
