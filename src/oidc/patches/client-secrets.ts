/**
 * Compares client secrets as hashes (RFC 6749 §2.3.1). The engine's `client_secret` contains the hashes of the one or
 * two valid secrets. The presented secret is always hashed, so a stolen hash is of no use. A secret that was imported may
 * have the hash of another server until its first use; only such clients wait for a slow comparison.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import type { VerifyForeignSecret } from '../../operations/foreign-secrets.ts';
import { sha256 } from '../../store/sealer.ts';
import { requestContext } from '../request-context.ts';

interface Secret {
  readonly id: string;
  readonly hash: Buffer;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** The hash of another server. */
  readonly foreign: string | null;
}

interface Deps {
  /** Called with the id of the secret that was used. */
  readonly onSecretUse: (secretId: string) => void;
  readonly verifyForeignSecret: VerifyForeignSecret;
}

export function compareHashedSecrets(provider: Provider, { onSecretUse, verifyForeignSecret }: Deps): void {
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
    if (matched !== undefined) return used(matched);
    const foreign = secrets.filter(isForeign).filter(({ expiresAt }) => expiresAt > now);
    if (foreign.length === 0) return false;
    const ip = requestContext().request?.ip ?? '';
    return verifyForeignSecret({ clientId: this.clientId, secrets: foreign, presented, ip }).then(
      (id) => id !== undefined && used(id),
    );
  };

  function used(id: string): true {
    Object.assign(requestContext().outcome, { secretUsed: id, clientAuthenticated: true });
    onSecretUse(id);
    return true;
  }
}

function isForeign(secret: Secret): secret is Secret & { foreign: string } {
  return secret.foreign !== null;
}

function readSecrets(json: string): Secret[] {
  const secrets = JSON.parse(json) as { id: string; hash: string; expires_at: string | null; foreign: string | null }[];
  return secrets.map(({ id, hash, expires_at: expiresAt, foreign }) => ({
    id,
    foreign: foreign ?? null,
    hash: Buffer.from(hash, 'hex'),
    expiresAt: expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
  }));
}
