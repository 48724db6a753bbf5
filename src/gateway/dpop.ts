/** Proof of possession for DPoP-bound access tokens (RFC 9449 §4.3, §7.1). */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { TokenError } from './errors.ts';

/** The request that carried the token. */
export interface DPoPRequest {
  /** The DPoP header; there must be exactly one. */
  readonly proof: string | readonly string[] | undefined;
  readonly method: string;
  /** As the client sees it: behind a proxy, the public address. Query and fragment don't count. */
  readonly url: string;
}

export type DPoPCheck = (request: DPoPRequest | undefined, token: string, thumbprint: string) => Promise<void>;

/** How old a proof may be, and how far ahead a client's clock; seconds. A proof works once within that time. */
const [oldest, ahead] = [60, 5];
/** Proofs remembered per window; more than that in so short a time are refused. */
const mostProofs = 200_000;
const longestProof = 8_192;
const algorithms = ['ES256', 'EdDSA', 'Ed25519'];

/** @throws TokenError invalid_token without a proof, invalid_dpop_proof for a wrong one */
export function createDPoPCheck(now: () => number = Date.now): DPoPCheck {
  const firstUse = rememberProofs(now);
  return async (request, token, thumbprint) => {
    if (!request) throw refused('invalid_token', 'The access token is bound to a key: present it by DPoP');
    const { proof } = request;
    if (typeof proof !== 'string') throw refused('invalid_dpop_proof', 'There must be one DPoP header');
    if (proof.length > longestProof) throw refused('invalid_dpop_proof', 'The DPoP proof is too long');
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms }).catch(
      (cause) => {
        throw refused('invalid_dpop_proof', 'The DPoP proof is not one', cause);
      },
    );
    const age = now() / 1000 - (payload.iat ?? 0);
    const problem = [
      [payload.htm === request.method, 'is for another method'],
      [sameAddress(payload.htu, request.url), 'is for another address'],
      [age <= oldest && age >= -ahead, 'is too old or not yet valid'],
      [payload.ath === hashOf(token), 'is for another access token'],
      [typeof payload.jti === 'string' && payload.jti !== '' && payload.jti.length <= 256, 'has no usable jti'],
      [(await calculateJwkThumbprint(protectedHeader.jwk as never)) === thumbprint, 'is by another key'],
    ].find(([holds]) => !holds);
    if (problem) throw refused('invalid_dpop_proof', `The DPoP proof ${problem[1]}`);
    if (!firstUse(`${thumbprint} ${payload.jti}`))
      throw refused('invalid_dpop_proof', 'The DPoP proof was used before');
  };
}

/** Two windows, each as long as a proof lives: what is in neither is too old to be presented again. */
function rememberProofs(now: () => number): (id: string) => boolean {
  const length = (oldest + ahead) * 1000;
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

/** RFC 9449 §4.3, 9: compared after normalization, without query and fragment. */
function sameAddress(htu: unknown, url: string): boolean {
  const [claimed, actual] = [typeof htu === 'string' ? URL.parse(htu) : null, URL.parse(url)];
  if (!claimed || !actual) return false;
  return claimed.origin === actual.origin && claimed.pathname === actual.pathname;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function refused(error: 'invalid_token' | 'invalid_dpop_proof', description: string, cause?: unknown): TokenError {
  return new TokenError(error, description, { scheme: 'DPoP', cause });
}
