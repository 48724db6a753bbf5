/** What a DPoP proof has to say at a resource (RFC 9449 §4.3, §7.1). Whether it was used before is for others to know. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';

/** The request that carried the token. */
export interface DPoPRequest {
  /** The DPoP header; there must be exactly one. */
  readonly proof: string | readonly string[] | undefined;
  readonly method: string;
  /** As the client sees it: behind a proxy, the public address. Query and fragment don't count. */
  readonly url: string;
}

/** `id` names the proof among all: it may be used once. */
export type ProofVerdict = { readonly id: string } | { readonly problem: string; readonly cause?: unknown };

/** How old a proof may be, and how far ahead a client's clock; seconds. A proof works once within that time. */
export const proofAge = { oldest: 60, ahead: 5 } as const;
/** For challenges (§7.1). */
export const proofAlgorithms = 'algs="ES256 EdDSA"';
const longestProof = 8_192;
const algorithms = ['ES256', 'EdDSA', 'Ed25519'];

/** Judges the proof that came with `token`, which is bound to the key with this thumbprint. `now` in epoch seconds. */
export async function judgeProof(
  { proof, method, url }: DPoPRequest,
  token: string,
  thumbprint: string,
  now: number,
): Promise<ProofVerdict> {
  if (typeof proof !== 'string') return { problem: 'There must be one DPoP header' };
  if (proof.length > longestProof) return { problem: 'The DPoP proof is too long' };
  const verified = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms }).catch((cause) => ({ cause }));
  if ('cause' in verified) return { problem: 'The DPoP proof is not one', cause: verified.cause };
  const { payload, protectedHeader } = verified;
  const age = now - (payload.iat ?? 0);
  const wrong = [
    [payload.htm === method, 'is for another method'],
    [sameAddress(payload.htu, url), 'is for another address'],
    [age <= proofAge.oldest && age >= -proofAge.ahead, 'is too old or not yet valid'],
    [payload.ath === hashOf(token), 'is for another access token'],
    [typeof payload.jti === 'string' && payload.jti !== '' && payload.jti.length <= 256, 'has no usable jti'],
    [(await calculateJwkThumbprint(protectedHeader.jwk as never)) === thumbprint, 'is by another key'],
  ].find(([holds]) => !holds);
  return wrong ? { problem: `The DPoP proof ${wrong[1]}` } : { id: `${thumbprint} ${payload.jti}` };
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
