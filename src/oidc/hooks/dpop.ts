/** The engine's part of DPoP (RFC 9449): held to the one rule that UserInfo and gateways have, see policy/dpop-proof. */
import { decodeJwt } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { needsNonce } from '../../policy/dpop-proof.ts';
import type { Sealer } from '../../store/sealer.ts';

/** Nonces are made from it, here and by the engine. */
export function dpopNonceSecret(sealer: Sealer): Buffer {
  return sealer.keys('dpop nonce')[0] as Buffer;
}

/** The engine's `requireNonce`: its own tolerance is five minutes. What is no proof it refuses itself. */
export function requireNonce(ctx: KoaContextWithOIDC): boolean {
  try {
    return needsNonce(decodeJwt(ctx.get('DPoP')), Date.now() / 1000);
  } catch {
    return false;
  }
}
