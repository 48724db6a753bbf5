/**
 * Uses the engine's hook for external keys to sign with Node's own functions. The keys themselves stay in this process.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ExternalSigningKey } from 'oidc-provider';
import type { SigningKey } from '../../operations/signing-keys.ts';

export function signingKey(key: SigningKey): ExternalSigningKey {
  return key.alg === 'ES256' ? new EllipticSigningKey(key) : new RsaSigningKey(key);
}

class NodeSigningKey extends ExternalSigningKey {
  protected readonly privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  constructor({ kid, alg, privateJwk }: SigningKey) {
    super();
    this.privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' });
    this.#publicKey = createPublicKey(this.privateKey);
    Object.assign(this, { kid, alg });
  }

  override keyObject(): KeyObject {
    return this.#publicKey;
  }
}

/** Signs synchronously, which takes a third of the time of the asynchronous Web Crypto for so little data. */
class EllipticSigningKey extends NodeSigningKey {
  /** The JWS form of the signature (RFC 7518 §3.4), which is both numbers side by side. */
  override async sign(data: Uint8Array): Promise<Buffer> {
    return sign('sha256', data, { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
  }
}

const signInThreadPool = promisify<string, Uint8Array, KeyObject, Buffer>(sign);

/**
 * Signs in another thread, because an RSA signature takes about a millisecond and other requests must not wait for it.
 */
class RsaSigningKey extends NodeSigningKey {
  override sign(data: Uint8Array): Promise<Buffer> {
    return signInThreadPool('sha256', data, this.privateKey);
  }
}
