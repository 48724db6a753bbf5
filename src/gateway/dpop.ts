/**
 * Checks the possession of the key of a DPoP-bound access token; each proof is accepted once in this process (RFC 9449
 * §7.1, §9, §11.1).
 */
import { createHash, randomBytes } from 'node:crypto';
import { createNonces } from '../policy/dpop-nonces.ts';
import { type DPoPRequest, judgeProof, proofReplaySeconds } from '../policy/dpop-proof.ts';
import { TokenError } from './errors.ts';

export type { DPoPRequest };

/** Checks a proof. The returned function uses the proof up; call it when nothing else is wrong with the request. */
export type DPoPCheck = (request: DPoPRequest | undefined, token: string, thumbprint: string) => Promise<() => void>;

/** Proofs remembered per window, some 40 MB. More than that in so short a time are refused. */
const maxProofs = 400_000;

/**
 * All gateways of an API have the same `sharedSecret`, so that each accepts the nonces of the others. Without it,
 * nonces are valid in this process only.
 * @throws TokenError invalid_token without a proof, invalid_dpop_proof for a wrong one, use_dpop_nonce for one that
 * lacks a nonce
 */
export function createDPoPCheck({
  now = Date.now,
  sharedSecret,
}: {
  now?: () => number;
  sharedSecret?: string | undefined;
} = {}): DPoPCheck {
  const markAsUsed = rememberProofs(now);
  const secret = sharedSecret === undefined ? randomBytes(32) : digestOf(`DPoP nonces ${sharedSecret}`);
  const nonces = createNonces(secret);
  return async (request, token, thumbprint) => {
    if (!request) throw refused('invalid_token', 'The access token is bound to a key: present it by DPoP');
    const verdict = await judgeProof(request, token, thumbprint, { now: now() / 1000, nonces });
    if ('problem' in verdict) {
      const { problem, nonce, cause } = verdict;
      throw refused(nonce === undefined ? 'invalid_dpop_proof' : 'use_dpop_nonce', problem, { nonce, cause });
    }
    return () => {
      if (!markAsUsed(verdict.id)) throw refused('invalid_dpop_proof', 'The DPoP proof was used before');
    };
  };
}

/** Two windows, each as long as a proof is valid. An id in neither is too old to be presented again. */
function rememberProofs(now: () => number): (id: string) => boolean {
  const windowMs = proofReplaySeconds * 1000;
  let [current, before] = [new Set<string>(), new Set<string>()];
  let began = now();
  return (id) => {
    const passed = now() - began;
    if (passed >= windowMs) {
      before = passed < 2 * windowMs ? current : new Set();
      current = new Set();
      began = now();
    }
    // Clients choose the length of an id, so its digest is kept, which has a fixed length.
    const kept = digestOf(id).toString('base64url', 0, 16);
    if (current.has(kept) || before.has(kept) || current.size >= maxProofs) return false;
    current.add(kept);
    return true;
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refused(
  error: 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce',
  description: string,
  { nonce, cause }: { nonce?: string | undefined; cause?: unknown } = {},
): TokenError {
  return new TokenError(error, description, { scheme: 'DPoP', cause, ...(nonce !== undefined && { nonce }) });
}
