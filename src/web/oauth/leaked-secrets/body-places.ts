/**
 * Bounds the reports whose bodies are on their way. Nothing is known of a body before its last byte has come and its
 * signature is checked, so anybody can make this server hold one. A caller with several bodies gives a place to one that has
 * none, and a body that arrives slowly gives its own to the next one: strangers who fill all places keep no scanner out.
 */
const placeBounds = {
  /** So many bodies are at most 16 MB. */
  bodies: 8,
  /** Of one caller. */
  ofOne: 4,
  /** A body keeps its place for this time, unless its caller has others and the next one has none. */
  minTimeMs: 2_000,
} as const;

interface BodyPlace {
  /** Aborted when the place is given to another body. */
  readonly signal: AbortSignal;
  leave(): void;
}

export interface BodyPlaces {
  /** Returns undefined if all places are taken. */
  take(caller: string): BodyPlace | undefined;
}

interface Held {
  readonly caller: string;
  readonly since: number;
  readonly end: AbortController;
}

/** `now` returns milliseconds. */
export function createBodyPlaces(now: () => number = () => performance.now()): BodyPlaces {
  /** The oldest first. */
  const held = new Set<Held>();

  const heldBy = (caller: string) => [...held].filter((one) => one.caller === caller);

  /**
   * What must end before a body of this caller may come: undefined if there is a free place. The oldest of the callers that have
   * most places goes, at once if this one has none.
   */
  function inTheWay(caller: string): { readonly oldest: Held; readonly atOnce: boolean } | undefined {
    const [oldest, ...others] = heldBy(caller);
    if (oldest && others.length + 1 >= placeBounds.ofOne) return { oldest, atOnce: false };
    if (held.size < placeBounds.bodies) return undefined;
    const shares = [...held].map((one) => ({ one, share: heldBy(one.caller).length }));
    const maxShare = Math.max(...shares.map(({ share }) => share));
    const first = shares.find(({ share }) => share === maxShare);
    return first && { oldest: first.one, atOnce: !oldest && maxShare > 1 };
  }

  return {
    take(caller) {
      const obstacle = inTheWay(caller);
      if (obstacle) {
        const { oldest, atOnce } = obstacle;
        if (!atOnce && now() < oldest.since + placeBounds.minTimeMs) return undefined;
        held.delete(oldest);
        oldest.end.abort();
      }
      const place: Held = { caller, since: now(), end: new AbortController() };
      held.add(place);
      return { signal: place.end.signal, leave: () => void held.delete(place) };
    },
  };
}
