/**
 * Assertions and DPoP proofs are used once. The engine looks whether one was used and then marks it: of two that come at
 * the same moment both find nothing, and the mark decides, which is stored once. The loser is told what anybody is told
 * who comes later. A request that is refused takes its marks back, see spent.
 */
import { createHash } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { proofReplaySeconds } from '../../policy/dpop-proof.ts';
import { requestContext } from '../request-context.ts';

/** What the adapter throws when the mark is there already. */
export class AlreadyUsed extends Error {}

/** Marks a proof that was presented to an endpoint of ours. False if it was marked before, on any node. */
export function markAsUsed(provider: Provider, id: string): Promise<boolean> {
  return provider.ReplayDetection.unique('resource ', id, rememberedUntil());
}

/** Marks the proof of a token request earlier than the engine does, which then finds it marked by this very request. */
export async function markProof(provider: Provider, clientId: string, jti: string): Promise<boolean> {
  const first = await provider.ReplayDetection.unique(clientId, jti, rememberedUntil());
  if (first) requestContext().outcome.ownProof = markId(clientId, jti);
  return first;
}

export function refuseReplays(provider: Provider): void {
  const { ReplayDetection: marks } = provider;
  const { unique } = marks;
  marks.unique = async (issuer, id, expiresAt) => {
    if (requestContext().outcome.ownProof === markId(issuer, id)) return true;
    try {
      const first = await unique.call(marks, issuer, id, expiresAt);
      if (first) {
        requestContext().outcome.spent.push(() => marks.adapter.destroy(markId(issuer, id)));
        // The engine marks an assertion when its signature was right, and a proof only of a client that has authenticated.
        if (Provider.ctx?.oidc.client?.clientAuthMethod === 'private_key_jwt')
          requestContext().outcome.clientProved = true;
      }
      return first;
    } catch (error) {
      if (error instanceof AlreadyUsed) return false;
      throw error;
    }
  };
}

/** Epoch seconds. */
function rememberedUntil(): number {
  return Math.ceil(Date.now() / 1000) + proofReplaySeconds;
}

/** As the engine names a mark. */
export function markId(issuer: string, id: string): string {
  return createHash('sha256').update(`${issuer}${id}`).digest('base64url');
}
