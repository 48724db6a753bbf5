/**
 * Client secrets are compared as hashes (RFC 6749 §2.3.1). What stands in the engine's `client_secret` are the hashes
 * of the one or two living secrets; what is presented is always hashed, so that a stolen hash opens nothing.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { sha256 } from '../store/vault.ts';

/** `onUse` is told which secret was used. */
export function compareHashedSecrets(provider: Provider, onUse: (secretId: string) => void): void {
  const prototype = (provider.Client as unknown as { prototype: object }).prototype as {
    compareClientSecret(this: { clientSecret: string }, presented: string): boolean;
  };
  prototype.compareClientSecret = function compareClientSecret(presented) {
    const hash = sha256(presented);
    const now = Date.now();
    let matched: string | undefined;
    const secrets = JSON.parse(this.clientSecret) as { id: string; hash: string; expires_at: string | null }[];
    for (const { id, hash: stored, expires_at: expiresAt } of secrets) {
      const equal = timingSafeEqual(hash, Buffer.from(stored, 'hex'));
      if (equal && (expiresAt === null || Date.parse(expiresAt) > now)) matched = id;
    }
    if (matched !== undefined) onUse(matched);
    return matched !== undefined;
  };
}
