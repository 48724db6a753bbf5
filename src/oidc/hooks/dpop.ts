/** The engine's part of DPoP (RFC 9449). It follows the same rule as UserInfo and gateways, see policy/dpop-proof. */
import { decodeJwt } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { keepsProfile } from '../../policy/client/profiles.ts';
import { needsNonce } from '../../policy/dpop-proof.ts';
import type { Sealer } from '../../store/sealer.ts';

/** The key from which this server and the engine make nonces. */
export function dpopNonceSecret(sealer: Sealer): Buffer {
  return sealer.keys('dpop nonce')[0] as Buffer;
}

/**
 * The engine's `requireNonce`, whose own tolerance is five minutes. The engine itself refuses anything that is not a
 * proof. A client of the profile fapi2 always needs a nonce.
 */
export function requireNonce(ctx: KoaContextWithOIDC): boolean {
  if (keepsProfile(ctx.oidc.client)) return true;
  try {
    return needsNonce(decodeJwt(ctx.get('DPoP')), Date.now() / 1000);
  } catch {
    return false;
  }
}
