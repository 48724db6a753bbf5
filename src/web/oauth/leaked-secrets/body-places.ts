/**
 * Bounds the reports whose bodies are on their way. Nothing is known of a body before its last byte has come and its
 * signature is checked, so anybody can make this server hold one. A body that arrives slowly gives its place to the next
 * one: strangers who fill all places keep no scanner out.
 */
const placeBounds = {
  /** So many bodies are at most 16 MB. */
  bodies: 8,
  /** Of one caller. */
  ofOne: 4,
  /** A body keeps its place for this time. */
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

  /** Those of which one must go before a body of this caller may come. */
  function inTheWay(caller: string): readonly Held[] {
    const own = [...held].filter((one) => one.caller === caller);
    if (own.length >= placeBounds.ofOne) return own;
    return held.size >= placeBounds.bodies ? [...held] : [];
  }

  return {
    take(caller) {
      const [oldest] = inTheWay(caller);
      if (oldest) {
        if (now() < oldest.since + placeBounds.minTimeMs) return undefined;
        held.delete(oldest);
        oldest.end.abort();
      }
      const place: Held = { caller, since: now(), end: new AbortController() };
      held.add(place);
      return { signal: place.end.signal, leave: () => void held.delete(place) };
    },
  };
}
