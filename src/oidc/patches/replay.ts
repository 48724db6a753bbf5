/**
 * Makes assertions and DPoP proofs usable once. The engine first looks for a mark and then sets one, so two requests at
 * the same moment both find none. Here the insert decides, because a mark can be stored only once; the second request
 * gets the same answer as a later one. A refused request takes its marks back, see spent. For a proof that was used the
 * engine answers `invalid_grant`, after which apps forget their tokens; RFC 9449 §5 says `invalid_dpop_proof`.
 */
import { createHash } from 'node:crypto';
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { proofReplaySeconds } from '../../policy/dpop-proof.ts';
import { requestContext } from '../request-context.ts';

/** Thrown by the adapter if the mark exists already. */
export class AlreadyUsed extends Error {}

/** Marks a proof that was presented to one of our own endpoints. Returns false if any node has marked it before. */
export function markAsUsed(provider: Provider, id: string): Promise<boolean> {
  return provider.ReplayDetection.unique('resource ', id, rememberedUntil());
}

/**
 * Marks the proof of a token request before the engine does. When the engine marks it, it learns that this request did
 * so. @throws InvalidDpopProof if it was used before
 */
export async function markProof(provider: Provider, clientId: string, jti: string): Promise<void> {
  await provider.ReplayDetection.unique(clientId, jti, rememberedUntil());
  requestContext().outcome.ownProof = markId(clientId, jti);
}

export function refuseReplays(provider: Provider): void {
  const { ReplayDetection: marks } = provider;
  const { unique } = marks;
  marks.unique = async (issuer, id, expiresAt) => {
    if (requestContext().outcome.ownProof === markId(issuer, id)) return true;
    const first = await unique.call(marks, issuer, id, expiresAt).catch((error: unknown) => {
      if (error instanceof AlreadyUsed) return false;
      throw error;
    });
    if (first) requestContext().outcome.spent.push(() => marks.adapter.destroy(markId(issuer, id)));
    else if (isClientOfRequest(issuer)) throw new errors.InvalidDpopProof('the DPoP proof was used before');
    return first;
  };
}

/** Only proofs of requests to the engine are marked under the bare id of the client. */
function isClientOfRequest(issuer: string): boolean {
  const ctx = Provider.ctx as KoaContextWithOIDC | undefined;
  return issuer === ctx?.oidc?.client?.clientId;
}

/** Returns epoch seconds. */
function rememberedUntil(): number {
  return Math.ceil(Date.now() / 1000) + proofReplaySeconds;
}

/** Returns the engine's id of a mark. */
export function markId(issuer: string, id: string): string {
  return createHash('sha256').update(`${issuer}${id}`).digest('base64url');
}
