/**
 * How an interaction is found: by a hash of its uid and of the secret of the browser that began it. Nobody who lacks the
 * secret finds it, whatever cookies they bring, so there is nothing to compare and nothing to forget to compare: reading,
 * answering, resuming, and learning where an answer led all begin with this key.
 */
import { sha256 } from '../store/sealer.ts';
import { requestContext } from './request-context.ts';

/** Undefined for a browser without a secret: it has no interaction. */
export function interactionKey(uid: string): Buffer | undefined {
  const { browser } = requestContext().cache;
  return browser === undefined ? undefined : sha256(`${uid} ${browser}`);
}
