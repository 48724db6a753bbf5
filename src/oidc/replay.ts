/**
 * Assertions and DPoP proofs are used once. The engine looks whether one was used and then marks it: of two that come at
 * the same moment both find nothing, and the mark decides, which is stored once. The loser is told what anybody is told
 * who comes later.
 */
import type { Provider } from 'oidc-provider';

/** What the adapter throws when the mark is there already. */
export class AlreadyUsed extends Error {}

type Marks = { unique(issuer: string, id: string, expiresAt: number): Promise<boolean> };

/** Marks a proof that was presented to an endpoint of ours; false if it was before, on any node. Epoch seconds. */
export function firstUse(provider: Provider, id: string, expiresAt: number): Promise<boolean> {
  return marksOf(provider).unique('resource ', id, expiresAt);
}

export function refuseReplays(provider: Provider): void {
  const marks = marksOf(provider);
  const { unique } = marks;
  marks.unique = async (...of) => {
    try {
      return await unique.apply(marks, of);
    } catch (error) {
      if (error instanceof AlreadyUsed) return false;
      throw error;
    }
  };
}

function marksOf(provider: Provider): Marks {
  return (provider as unknown as { ReplayDetection: Marks }).ReplayDetection;
}
