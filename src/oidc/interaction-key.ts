/**
 * An interaction is stored under a hash of its uid and of the secret of the browser that began it. Without the secret
 * nobody can find it, whatever cookies they send, so there is no comparison that code could forget. Reading, answering,
 * resuming and the repeated redirect all begin with this key.
 */
import { sha256 } from '../store/sealer.ts';
import { requestContext } from './request-context.ts';

/** Returns undefined for a browser without a secret, which has no interaction. */
export function interactionKey(uid: string): Buffer | undefined {
  const { browser } = requestContext().cache;
  return browser === undefined ? undefined : sha256(`${uid} ${browser}`);
}
