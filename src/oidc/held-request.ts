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
/** What sealing adds to it is less than a hundred bytes, and base64url makes four characters of three bytes. */
const maxStoredBytes = 1_400;

/** Makes the browser hold the request. Returns false if the request is too large. */
export function holdRequest(sealer: Sealer, id: string, payload: AdapterPayload, ttlSeconds: number): boolean {
  const sealed = sealer.seal(pack(JSON.stringify(payload)), contextOf(id)).toString('base64url');
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
    const payload = JSON.parse(unpack(sealer.open(Buffer.from(heldRequest, 'base64url'), contextOf(id))));
    return payload.exp > Date.now() / 1000 ? payload : undefined;
  } catch {
    // Anything that does not open was not sealed here, or was sealed for another browser or interaction.
    return undefined;
  }
}

/** The first byte of a compressed text that consists of one block which is stored as it is (RFC 1951 §3.2.4). */
const storedBlock = 1;
const storedHeadBytes = 5;

/**
 * Writes a text in the format "deflate". Most requests fit uncompressed, as one stored block, for which nothing is started: the
 * memory that zlib takes for each text, up to 300 kB, makes V8 collect its whole heap again and again.
 */
function pack(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > maxStoredBytes) return deflateRawSync(bytes);
  const head = Buffer.alloc(storedHeadBytes);
  head.writeUInt8(storedBlock);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(~bytes.length & 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

function unpack(packed: Buffer): string {
  const isStored = packed[0] === storedBlock && packed.readUInt16LE(1) === packed.length - storedHeadBytes;
  if (isStored) return packed.toString('utf8', storedHeadBytes);
  return inflateRawSync(packed, { maxOutputLength: maxPlainBytes }).toString();
}

function contextOf(id: string): string {
  return `Request ${id} ${requestContext().cache.browser}`;
}
