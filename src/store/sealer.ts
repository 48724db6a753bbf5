/**
 * What SECRETS are for: sealing what must be recovered, and authenticating what we hand out. Every purpose has its own
 * key, derived by HKDF (RFC 5869), so that none can be used for another. The first secret seals and signs; the others
 * still open and verify, so a secret is retired by putting a new one in front of it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

export interface Sealer {
  /** AES-256-GCM. `context` is authenticated, so that a value moved to another row or model does not open. */
  seal(plain: string | Uint8Array, context: string): Buffer;
  /** Opens what `seal` made with any of the secrets. Throws when none does. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** The same, but undefined for what a secret sealed that is no longer among them: it is lost, and none of our faults. */
  openIfKnown(sealed: Uint8Array, context: string): Buffer | undefined;
  /** Whether the first secret sealed it. */
  isFresh(sealed: Uint8Array): boolean;
  /** HMAC-SHA-256 of `data` for `purpose` with the first secret, 32 bytes. */
  mac(purpose: string, data: string): Buffer;
  /** Whether `mac`, possibly shortened, is of `data`, by any of the secrets. */
  verifyMac(purpose: string, data: string, mac: Uint8Array): boolean;
  /** One key per secret for `purpose`, 32 bytes each, the newest first: for libraries that take a list of keys. */
  keys(purpose: string): Buffer[];
}

const idBytes = 4;
const ivBytes = 12;
const tagBytes = 16;

/** Derives the keys of `secrets`, newest first. */
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

  return {
    keys,
    open,
    openIfKnown: (sealed, context) => (keyOf(sealed) ? open(sealed, context) : undefined),
    isFresh: (sealed) => keyOf(sealed) === sealing[0],
    seal(plain, context) {
      const [{ key, id }] = sealing as [(typeof sealing)[0]];
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      return Buffer.concat([id, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    mac: (purpose, data) => hmac(keys(purpose)[0] as Buffer, data),
    verifyMac: (purpose, data, mac) =>
      mac.length >= tagBytes &&
      keys(purpose).some((key) => timingSafeEqual(hmac(key, data).subarray(0, mac.length), mac)),
  };
}

/** SHA-256: how identifiers that are secrets are stored. */
export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
