/** The list that a follower keeps: what is revoked, by kind and value. */
import { type AccessTokenClaims, actorsOf } from './claims.ts';

/** The server does not send `sub` today; a reader that supports it needs no change when it does. */
const kinds = ['jti', 'gid', 'client_id', 'sub', 'key_id'] as const;

export interface RevocationEntry {
  readonly kind: string;
  readonly value: string;
  /** Epoch seconds; null for an entry that does not end. */
  readonly expires_at: number | null;
}

export interface RevocationList {
  /**
   * Applies entries in their order. The newest entry of a kind and value counts, and one that has ended cancels those
   * before it. Throws for an unknown kind.
   */
  apply(entries: readonly RevocationEntry[]): void;
  /** `now` is the database's time in epoch milliseconds. */
  revokes(claims: AccessTokenClaims, now: number): boolean;
  /**
   * Whether nothing has changed about an API key since a number of arrivals. An entry about a key does not say that it was
   * revoked, only that what is known of it may be wrong.
   */
  isUnchanged(keyId: string, since: number): boolean;
  /** Forgets entries that have ended. */
  prune(now: number): void;
  readonly size: number;
  /**
   * Changes with every change, and differs from that of every other list: while it stays, a token that was not revoked
   * is still not revoked.
   */
  readonly version: number;
}

let versions = 0;
/** Of entries about keys, in any list, and of lists. */
let arrivals = 0;

/** Everything that arrives from now on has a higher number. */
export const arrivalsUntilNow = (): number => arrivals;

export function createRevocationList(): RevocationList {
  const maps = kinds.map(() => new Map<string, number>());
  const [jti, gid, clientId, sub] = maps;
  const byKind = new Map(kinds.map((kind, index) => [kind as string, maps[index]]));
  const changes = new Map<string, number>();
  // A list that a snapshot begins may lack entries that were purged before, so it says nothing about the time before it.
  arrivals += 1;
  const began = arrivals;
  let version = ++versions;
  return {
    apply(entries) {
      version = ++versions;
      for (const { kind, value, expires_at: end } of entries) {
        const values = byKind.get(kind);
        if (!values) throw new Error(`The feed has entries of the kind ${kind}, which this version does not support`);
        if (kind === 'key_id') changes.set(value, ++arrivals);
        values.set(value, end === null ? Number.POSITIVE_INFINITY : end * 1000);
      }
    },
    revokes(claims, now) {
      return (
        holds(jti, claims.jti, now) ||
        (claims.gid !== undefined && holds(gid, claims.gid, now)) ||
        holds(clientId, claims.client_id, now) ||
        holds(sub, claims.sub, now) ||
        // A token that was exchanged ends with each token that it came from, and with each service that passed it on.
        (claims.derived_from?.some((id) => holds(jti, id, now)) ?? false) ||
        (claims.act !== undefined && (actorsOf(claims.act) ?? []).some((id) => holds(clientId, id, now)))
      );
    },
    isUnchanged: (keyId, since) => since >= began && (changes.get(keyId) ?? 0) <= since,
    prune(now) {
      for (const values of maps) for (const [value, end] of values) if (end <= now) values.delete(value);
      for (const keyId of changes.keys()) if (!byKind.get('key_id')?.has(keyId)) changes.delete(keyId);
    },
    get version() {
      return version;
    },
    get size() {
      return kinds.reduce((sum, kind) => sum + (byKind.get(kind)?.size ?? 0), 0);
    },
  };
}

function holds(values: Map<string, number> | undefined, value: string, now: number): boolean {
  const end = values?.get(value);
  return end !== undefined && end > now;
}
