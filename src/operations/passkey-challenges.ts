/**
 * Challenges of passkeys (WebAuthn §13.4.3). A challenge is a MAC over a time, random bytes and what it is bound to: the
 * purpose of its page, and the browser or session that got the page. So any node recognises it and nothing is stored for
 * people who only look at a page. When it is used, the statement that stores the outcome marks it as used.
 */
import { randomBytes } from 'node:crypto';
import { challengeTtlSeconds } from '../policy/passkeys.ts';
import type { Sealer } from '../store/sealer.ts';

const purpose = 'passkey challenge';
const timeBytes = 6;
const headBytes = timeBytes + 16;
const macBytes = 32;

/** Returns a challenge for `binding`, in base64url. */
export function newChallenge(sealer: Sealer, binding: string, now = Date.now()): string {
  const head = Buffer.alloc(headBytes);
  head.writeUIntBE(now, 0, timeBytes);
  randomBytes(headBytes - timeBytes).copy(head, timeBytes);
  return Buffer.concat([head, sealer.mac(purpose, signedText(head, binding))]).toString('base64url');
}

/** A challenge that is valid for a binding, and when that ends. */
export interface Challenge {
  readonly text: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Returns undefined if the challenge is not ours, is bound to something else, or is too old. */
export function openChallenge(sealer: Sealer, binding: string, text: string, now = Date.now()): Challenge | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== headBytes + macBytes || bytes.toString('base64url') !== text) return undefined;
  const head = bytes.subarray(0, headBytes);
  if (!sealer.verifyMac(purpose, signedText(head, binding), bytes.subarray(headBytes))) return undefined;
  const expiresAt = head.readUIntBE(0, timeBytes) / 1000 + challengeTtlSeconds;
  return expiresAt * 1000 > now ? { text, expiresAt } : undefined;
}

function signedText(head: Buffer, binding: string): string {
  return `${head.toString('base64url')} ${binding}`;
}
