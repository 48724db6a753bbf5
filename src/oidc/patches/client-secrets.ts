/**
 * Compares client secrets as hashes (RFC 6749 §2.3.1). The engine's `client_secret` contains the hashes of the one or
 * two valid secrets. The presented secret is always hashed, so a stolen hash is of no use.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { sha256 } from '../../store/sealer.ts';
import { requestContext } from '../request-context.ts';

interface Secret {
  readonly id: string;
  readonly hash: Buffer;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** @param onUse called with the id of the secret that was used */
export function compareHashedSecrets(provider: Provider, onUse: (secretId: string) => void): void {
  const { prototype } = provider.Client;
  const known = new WeakMap<object, readonly Secret[]>();
  prototype.compareClientSecret = function compareClientSecret(presented) {
    const hash = sha256(presented);
    const now = Date.now();
    let secrets = known.get(this);
    if (!secrets) {
      secrets = readSecrets(this.clientSecret ?? '[]');
      known.set(this, secrets);
    }
    let matched: string | undefined;
    for (const { id, hash: stored, expiresAt } of secrets) {
      const equal = timingSafeEqual(hash, stored);
      if (equal && expiresAt > now) matched = id;
    }
    if (matched !== undefined) {
      Object.assign(requestContext().outcome, { secretUsed: matched, clientAuthenticated: true });
      onUse(matched);
    }
    return matched !== undefined;
  };
}

function readSecrets(json: string): Secret[] {
  const secrets = JSON.parse(json) as { id: string; hash: string; expires_at: string | null }[];
  return secrets.map(({ id, hash, expires_at: expiresAt }) => ({
    id,
    hash: Buffer.from(hash, 'hex'),
    expiresAt: expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
  }));
}
