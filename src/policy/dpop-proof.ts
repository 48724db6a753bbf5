/** Validates DPoP proofs at a resource (RFC 9449 §4.3, §7.1). Callers must check whether a proof was used before. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import type { Nonces } from './dpop-nonces.ts';

/** The request that carried the token. */
export interface DPoPRequest {
  /** The DPoP header; there must be exactly one. */
  readonly proof: string | readonly string[] | undefined;
  readonly method: string;
  /** As the client sees it: behind a proxy, the public address. Query and fragment are ignored. */
  readonly url: string;
}

/** `id` identifies the proof, which may be used once. `nonce` is the nonce that the client should use in another proof. */
export type ProofVerdict =
  | { readonly id: string }
  | { readonly problem: string; readonly nonce?: string; readonly cause?: unknown };

/**
 * How far `iat` of a proof without a nonce may differ from our clock. The token endpoint, pushed requests, UserInfo and
 * gateways share this rule. A client whose clock differs by more is sent a nonce; `iat` of proofs with a nonce is ignored.
 */
const proofToleranceSeconds = 60;
/** Used proofs are remembered for as long as they could be presented; no nonce is valid for longer. */
export const proofReplaySeconds = 300;

export const proofAlgorithmNames = ['ES256', 'EdDSA', 'Ed25519'] as const;
/** For challenges (§7.1). */
export const proofAlgorithms = `algs="${proofAlgorithmNames.join(' ')}"`;
const maxProofChars = 8_192;

/** Reports whether the time of a proof differs too much from ours to be accepted without a nonce. Times are in epoch seconds. */
export function needsNonce({ iat, nonce }: { iat?: unknown; nonce?: unknown }, now: number): boolean {
  return !nonce && typeof iat === 'number' && Math.abs(now - iat) > proofToleranceSeconds;
}

/** Validates the proof for `token`, which is bound to the key with this thumbprint. `now` is in epoch seconds. */
export async function judgeProof(
  { proof, method, url }: DPoPRequest,
  token: string,
  thumbprint: string,
  { now, nonces }: { now: number; nonces: Nonces },
): Promise<ProofVerdict> {
  if (typeof proof !== 'string') return { problem: 'There must be one DPoP header' };
  if (proof.length > maxProofChars) return { problem: 'The DPoP proof is too long' };
  const verified = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: [...proofAlgorithmNames] }).catch(
    (cause) => ({ cause }),
  );
  if ('cause' in verified)
    return { problem: 'The DPoP proof is malformed or its signature is wrong', cause: verified.cause };
  const { payload, protectedHeader } = verified;
  const { nonce } = payload;
  const { jwk } = protectedHeader;
  const wrong = [
    [payload.htm === method, 'is for another method'],
    [sameAddress(payload.htu, url), 'is for another address'],
    [typeof payload.iat === 'number', 'has no time'],
    [payload.ath === hashOf(token), 'is for another access token'],
    [typeof payload.jti === 'string' && payload.jti !== '', 'has no usable jti'],
    [nonce === undefined || typeof nonce === 'string', 'has a nonce that is not a string'],
    [jwk !== undefined && (await calculateJwkThumbprint(jwk)) === thumbprint, 'is by another key'],
  ].find(([holds]) => !holds);
  if (wrong) return { problem: `The DPoP proof ${wrong[1]}` };
  if (needsNonce(payload, now))
    return { problem: 'The DPoP proof is too old or not yet valid: use a nonce', nonce: nonces.next(now) };
  if (nonce && !nonces.knows(nonce as string, now)) {
    return { problem: 'The nonce of the DPoP proof is not valid now', nonce: nonces.next(now) };
  }
  return { id: `${thumbprint} ${payload.jti}` };
}

/** Compares after normalization, without query and fragment (RFC 9449 §4.3, check 9). */
function sameAddress(htu: unknown, url: string): boolean {
  if (typeof htu !== 'string' || !URL.canParse(htu) || !URL.canParse(url)) return false;
  const [claimed, actual] = [new URL(htu), new URL(url)];
  return claimed.origin === actual.origin && claimed.pathname === actual.pathname;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
