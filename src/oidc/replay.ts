/**
 * Assertions and DPoP proofs are used once. The engine looks whether one was used and then marks it: of two that come at
 * the same moment both find nothing, and the mark decides, which is stored once. The loser is told what anybody is told
 * who comes later.
 */
import type { Provider } from 'oidc-provider';

/** What the adapter throws when the mark is there already. */
export class AlreadyUsed extends Error {}

export function refuseReplays(provider: Provider): void {
  const marks = (provider as unknown as { ReplayDetection: { unique(...of: unknown[]): Promise<boolean> } })
    .ReplayDetection;
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
