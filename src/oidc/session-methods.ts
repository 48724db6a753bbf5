/** How a session signed in. Its payload has the session's id, which is a secret, so nothing else of it leaves this file. */
import { type Amr, knownMethods } from '../policy/assurance.ts';
import type { Sealer } from '../store/sealer.ts';

/** Returns no methods if the payload was sealed with a secret that is gone. */
export function methodsOfSession(sealer: Sealer, { id, payload }: { id: string; payload: Buffer }): Amr[] {
  const opened = sealer.openIfKnown(payload, `Session ${id}`);
  return opened ? knownMethods((JSON.parse(opened.toString()) as { amr?: string[] }).amr) : [];
}
