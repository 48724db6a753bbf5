/**
 * An authorization request from a browser where nobody is signed in. The browser keeps it for us, sealed, until
 * somebody has entered a password, so that a visitor who never signs in leaves nothing in the database.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AdapterPayload } from 'oidc-provider';
import type { Sealer } from '../store/sealer.ts';
import { requestContext } from './request-context.ts';

/** nginx allows 4,096 bytes for all headers of a response by default, and the other headers take up to half of that. */
const maxSealedChars = 2_000;
const maxPlainBytes = 64 * 1024;

/** Makes the browser hold the request. Returns false if the request is too large. */
export function holdRequest(sealer: Sealer, id: string, payload: AdapterPayload, ttlSeconds: number): boolean {
  const packed = deflateRawSync(JSON.stringify(payload));
  const sealed = sealer.seal(packed, contextOf(id)).toString('base64url');
  if (sealed.length > maxSealedChars) return false;
  requestContext().outcome.toHold = { id, sealed, ttlSeconds };
  return true;
}

/**
 * Returns the request that this browser holds, if it was sealed for this browser and interaction and has not expired.
 */
export function openHeldRequest(sealer: Sealer, id: string): AdapterPayload | undefined {
  const { heldRequest } = requestContext().cache;
  if (heldRequest === undefined) return undefined;
  try {
    const packed = sealer.open(Buffer.from(heldRequest, 'base64url'), contextOf(id));
    const payload = JSON.parse(inflateRawSync(packed, { maxOutputLength: maxPlainBytes }).toString());
    return payload.exp > Date.now() / 1000 ? payload : undefined;
  } catch {
    // Anything that does not open was not sealed here, or was sealed for another browser or interaction.
    return undefined;
  }
}

function contextOf(id: string): string {
  return `Request ${id} ${requestContext().cache.browser}`;
}
