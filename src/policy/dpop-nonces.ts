/**
 * Nonces for DPoP proofs (RFC 9449 §8, §9): made from a secret and the time, so that every node that has the secret knows them and
 * nothing is stored. Made as the engine makes its own, so that one of the token endpoint is good at UserInfo too.
 */
import { hkdfSync, timingSafeEqual } from 'node:crypto';

export interface Nonces {
  /** The one to send now. Times in epoch seconds. */
  next(now: number): string;
  knows(nonce: string, now: number): boolean;
}

const stepSeconds = 60;
/** The next minute's is sent; it is known until two minutes after its own. */
const known = [-2, -1, 0, 1, 2];

/** `secret` has 32 bytes. */
export function createNonces(secret: Buffer): Nonces {
  const made = new Map<number, Buffer>();
  const nonceOf = (step: number): Buffer => {
    let nonce = made.get(step);
    if (!nonce) {
      const salt = Buffer.alloc(8);
      salt.writeBigUInt64BE(BigInt(step));
      nonce = Buffer.from(Buffer.from(hkdfSync('sha256', secret, salt, 'DPoP', 32)).toString('base64url'));
      made.set(step, nonce);
    }
    for (const old of made.keys()) if (old < step - 2 * known.length) made.delete(old);
    return nonce;
  };
  const stepAt = (now: number) => Math.floor(now / stepSeconds);
  return {
    next: (now) => nonceOf(stepAt(now) + 1).toString(),
    knows(nonce, now) {
      const presented = Buffer.from(nonce);
      return known.some((offset) => {
        const one = nonceOf(stepAt(now) + offset);
        return presented.length === one.length && timingSafeEqual(presented, one);
      });
    },
  };
}
