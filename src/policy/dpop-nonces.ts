/**
 * Nonces for DPoP proofs (RFC 9449 §8, §9). They are derived from a secret and the time, so that all nodes accept them and
 * nothing is stored. The derivation is that of the engine, so that a nonce of the token endpoint is valid at UserInfo too.
 */
import { hkdfSync, timingSafeEqual } from 'node:crypto';

export interface Nonces {
  /** Returns the nonce to send. `now` is in epoch seconds. */
  next(now: number): string;
  /** Reports whether the nonce is valid. `now` is in epoch seconds. */
  knows(nonce: string, now: number): boolean;
}

const stepSeconds = 60;
/** Steps from now whose nonces are valid. The nonce of the next minute is sent, and is valid until two minutes after it. */
const validSteps = [-2, -1, 0, 1, 2];

/** `secret` must have 32 bytes. */
export function createNonces(secret: Buffer): Nonces {
  const cache = new Map<number, Buffer>();
  const nonceOf = (step: number): Buffer => {
    let nonce = cache.get(step);
    if (!nonce) {
      const salt = Buffer.alloc(8);
      salt.writeBigUInt64BE(BigInt(step));
      nonce = Buffer.from(Buffer.from(hkdfSync('sha256', secret, salt, 'DPoP', 32)).toString('base64url'));
      cache.set(step, nonce);
    }
    for (const old of cache.keys()) if (old < step - 2 * validSteps.length) cache.delete(old);
    return nonce;
  };
  const stepAt = (now: number) => Math.floor(now / stepSeconds);
  return {
    next: (now) => nonceOf(stepAt(now) + 1).toString(),
    knows(nonce, now) {
      const presented = Buffer.from(nonce);
      return validSteps.some((offset) => {
        const one = nonceOf(stepAt(now) + offset);
        return presented.length === one.length && timingSafeEqual(presented, one);
      });
    },
  };
}
