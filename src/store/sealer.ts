/**
 * Encryption and authentication with SECRETS. Each purpose has a key of its own, derived by HKDF (RFC 5869), so that no key
 * serves two purposes. The first secret seals and signs; the others only open and verify. So a secret is rotated by
 * putting a new one in front of it.
 */
import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { fewRandomBytes } from './random.ts';

export interface Sealer {
  /** Encrypts with AES-256-GCM. `context` is authenticated, so a value that was moved to another row or model does not open. */
  seal(plain: string | Uint8Array, context: string): Buffer;
  /** Decrypts what `seal` returned. Throws if no secret fits. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** Like `open`, but returns undefined if the sealing secret was retired. */
  openIfKnown(sealed: Uint8Array, context: string): Buffer | undefined;
  /** What everything begins with that the first secret sealed. */
  readonly firstId: Buffer;
  /** Reports whether the first secret sealed it. */
  isFresh(sealed: Uint8Array): boolean;
  /** Returns the HMAC-SHA-256 of `data` for `purpose` with the first secret, 32 bytes. */
  mac(purpose: string, data: string): Buffer;
  /** Returns the same for every secret, newest first: a row that an older one named is found by one of them. */
  macs(purpose: string, data: string): Buffer[];
  /** Reports whether `mac`, which may be truncated, authenticates `data` with any of the secrets. */
  verifyMac(purpose: string, data: string, mac: Uint8Array): boolean;
  /** Returns one 32-byte key per secret, newest first, for libraries that take a list of keys. */
  keys(purpose: string): Buffer[];
}

const idBytes = 4;
const ivBytes = 12;
const tagBytes = 16;

/** Creates a sealer from secrets, newest first. */
export function createSealer(secrets: readonly string[]): Sealer {
  const derived = new Map<string, Buffer[]>();
  const keys = (purpose: string): Buffer[] => {
    let list = derived.get(purpose);
    if (!list) {
      list = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', `vibecaas-auth ${purpose}`, 32)));
      derived.set(purpose, list);
    }
    return list;
  };
  const sealing = keys('seal').map((key) => ({ key, id: sha256(key).subarray(0, idBytes) }));

  const keyOf = (sealed: Uint8Array) => sealing.find(({ id }) => id.equals(sealed.subarray(0, idBytes)));
  const open = (sealed: Uint8Array, context: string): Buffer => {
    const buffer = Buffer.from(sealed);
    const known = keyOf(buffer);
    if (!known) throw new Error('sealed with a secret that is not among SECRETS');
    const decipher = createDecipheriv('aes-256-gcm', known.key, buffer.subarray(idBytes, idBytes + ivBytes))
      .setAAD(Buffer.from(context))
      .setAuthTag(buffer.subarray(-tagBytes));
    return Buffer.concat([decipher.update(buffer.subarray(idBytes + ivBytes, -tagBytes)), decipher.final()]);
  };

  const [first] = sealing as [(typeof sealing)[0]];
  return {
    keys,
    open,
    firstId: first.id,
    openIfKnown: (sealed, context) => (keyOf(sealed) ? open(sealed, context) : undefined),
    isFresh: (sealed) => keyOf(sealed) === first,
    seal(plain, context) {
      const { key, id } = first;
      const iv = fewRandomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      return Buffer.concat([id, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    mac: (purpose, data) => hmac(keys(purpose)[0] as Buffer, data),
    macs: (purpose, data) => keys(purpose).map((key) => hmac(key, data)),
    verifyMac: (purpose, data, mac) =>
      mac.length >= tagBytes &&
      keys(purpose).some((key) => timingSafeEqual(hmac(key, data).subarray(0, mac.length), mac)),
  };
}

/** SHA-256, the form in which secret identifiers are stored. */
export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
