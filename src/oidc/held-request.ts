/**
 * An authorization request at which nobody is signed in yet: the browser holds it for us, sealed, until somebody has
 * shown a password. So whoever asks without ever signing in leaves nothing in the database.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AdapterPayload } from 'oidc-provider';
import type { Sealer } from '../store/sealer.ts';
import { requestContext } from './request-context.ts';

/** Proxies give all headers of an answer 4,096 bytes (nginx, unless told otherwise), and the others take half of them. */
const maxSealedChars = 2_000;
const maxPlainBytes = 64 * 1024;

/** Has the browser hold it. False when it is too large for that. */
export function holdRequest(sealer: Sealer, id: string, payload: AdapterPayload, seconds: number): boolean {
  const packed = deflateRawSync(JSON.stringify(payload));
  const sealed = sealer.seal(packed, contextOf(id)).toString('base64url');
  if (sealed.length > maxSealedChars) return false;
  requestContext().outcome.toHold = { id, sealed, seconds };
  return true;
}

/** The request that this browser holds, if it is its own, for this interaction, and not past its time. */
export function openHeldRequest(sealer: Sealer, id: string): AdapterPayload | undefined {
  const { heldRequest } = requestContext().cache;
  if (heldRequest === undefined) return undefined;
  try {
    const packed = sealer.open(Buffer.from(heldRequest, 'base64url'), contextOf(id));
    const payload = JSON.parse(inflateRawSync(packed, { maxOutputLength: maxPlainBytes }).toString());
    return payload.exp > Date.now() / 1000 ? payload : undefined;
  } catch {
    // Whatever does not open was not sealed here, or for another browser or interaction.
    return undefined;
  }
}

function contextOf(id: string): string {
  return `Request ${id} ${requestContext().cache.browser}`;
}
