/**
 * Which hash an address pretends to have that has no account. An imported account takes as long to refuse as its old system's
 * hash, until its first sign-in. If unknown addresses always took as long as a hash of ours, a stranger could find out who
 * was imported by measuring. So unknown addresses are divided among the kinds of hashes that accounts have, in the same
 * shares: how long an address takes says nothing about whether it has an account.
 */

/** The share of accounts whose hash takes as long to verify as `hash`, which no password has. */
export interface Decoy {
  readonly hash: string;
  /** From 0 to 1. The rest have a hash of ours. */
  readonly share: number;
}

/**
 * Returns the hash for an address; undefined for one of ours. `mac` is a keyed hash of the address, so that the same address
 * always takes as long, and nobody can compute which. As accounts get hashes of ours, shares shrink, and addresses turn to
 * ours one by one, as accounts do.
 */
export function decoyFor(mac: Buffer, decoys: readonly Decoy[]): string | undefined {
  let left = mac.readUInt32BE(0) / 2 ** 32;
  for (const { hash, share } of decoys) {
    if (left < share) return hash;
    left -= share;
  }
  return undefined;
}
