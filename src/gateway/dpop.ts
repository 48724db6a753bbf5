/** Proof of possession for DPoP-bound access tokens, and each proof once in this process (RFC 9449 §7.1, §11.1). */
import { type DPoPRequest, judgeProof, proofAge } from '../policy/dpop-proof.ts';
import { TokenError } from './errors.ts';

export type { DPoPRequest };

export type DPoPCheck = (request: DPoPRequest | undefined, token: string, thumbprint: string) => Promise<void>;

/** Proofs remembered per window; more than that in so short a time are refused. */
const mostProofs = 200_000;

/** @throws TokenError invalid_token without a proof, invalid_dpop_proof for a wrong one */
export function createDPoPCheck(now: () => number = Date.now): DPoPCheck {
  const firstUse = rememberProofs(now);
  return async (request, token, thumbprint) => {
    if (!request) throw refused('invalid_token', 'The access token is bound to a key: present it by DPoP');
    const verdict = await judgeProof(request, token, thumbprint, now() / 1000);
    if ('problem' in verdict) throw refused('invalid_dpop_proof', verdict.problem, verdict.cause);
    if (!firstUse(verdict.id)) throw refused('invalid_dpop_proof', 'The DPoP proof was used before');
  };
}

/** Two windows, each as long as a proof lives: what is in neither is too old to be presented again. */
function rememberProofs(now: () => number): (id: string) => boolean {
  const length = (proofAge.oldest + proofAge.ahead) * 1000;
  let [current, before] = [new Set<string>(), new Set<string>()];
  let began = now();
  return (id) => {
    const passed = now() - began;
    if (passed >= length) {
      before = passed < 2 * length ? current : new Set();
      current = new Set();
      began = now();
    }
    if (current.has(id) || before.has(id) || current.size >= mostProofs) return false;
    current.add(id);
    return true;
  };
}

function refused(error: 'invalid_token' | 'invalid_dpop_proof', description: string, cause?: unknown): TokenError {
  return new TokenError(error, description, { scheme: 'DPoP', cause });
}
