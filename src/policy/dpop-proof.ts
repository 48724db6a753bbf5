/** What a DPoP proof has to say at a resource (RFC 9449 §4.3, §7.1). Whether it was used before is for others to know. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import type { Nonces } from './dpop-nonces.ts';

/** The request that carried the token. */
export interface DPoPRequest {
  /** The DPoP header; there must be exactly one. */
  readonly proof: string | readonly string[] | undefined;
  readonly method: string;
  /** As the client sees it: behind a proxy, the public address. Query and fragment don't count. */
  readonly url: string;
}

/** `id` names the proof among all: it may be used once. `nonce`: the proof would do with this one in it. */
export type ProofVerdict =
  | { readonly id: string }
  | { readonly problem: string; readonly nonce?: string; readonly cause?: unknown };

/**
 * One rule for every place that takes proofs: the token endpoint, pushed requests, UserInfo, gateways. A proof without a nonce
 * may be so many seconds older or newer than our clock. A client whose clock differs by more is sent a nonce; with that in its
 * proof, time does not count.
 */
const proofTolerance = 60;
/** A proof is remembered as used for as long as it could be presented: no nonce is known for longer. Seconds. */
export const proofsRemembered = 300;

export const proofAlgorithmNames = ['ES256', 'EdDSA', 'Ed25519'] as const;
/** For challenges (§7.1). */
export const proofAlgorithms = `algs="${proofAlgorithmNames.join(' ')}"`;
const maxProofChars = 8_192;

/** Whether a proof of this time is too far from ours to do without a nonce. Epoch seconds. */
export function needsNonce({ iat, nonce }: { iat?: unknown; nonce?: unknown }, now: number): boolean {
  return !nonce && typeof iat === 'number' && Math.abs(now - iat) > proofTolerance;
}

/** Judges the proof that came with `token`, which is bound to the key with this thumbprint. `now` in epoch seconds. */
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
    [typeof payload.jti === 'string' && payload.jti !== '' && payload.jti.length <= 256, 'has no usable jti'],
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

/** RFC 9449 §4.3, 9: compared after normalization, without query and fragment. */
function sameAddress(htu: unknown, url: string): boolean {
  if (typeof htu !== 'string' || !URL.canParse(htu) || !URL.canParse(url)) return false;
  const [claimed, actual] = [new URL(htu), new URL(url)];
  return claimed.origin === actual.origin && claimed.pathname === actual.pathname;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
