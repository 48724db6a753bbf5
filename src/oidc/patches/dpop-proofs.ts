/**
 * Verifies the DPoP proof of a token request for grant types of our own. The engine does this only within its own grant
 * types and exports no such function, so this takes its helper: nonces, `htm`, `htu` and times are judged as everywhere.
 */
import { createRequire } from 'node:module';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { markProof } from './replay.ts';

const load = createRequire(import.meta.url);
const { default: validateProof } = load('oidc-provider/lib/helpers/validate_dpop.js') as {
  default: (
    provider: KoaContextWithOIDC['oidc']['provider'],
    ctx: KoaContextWithOIDC,
  ) => Promise<{ readonly thumbprint: string; readonly jti: string } | undefined>;
};

/** Returns the thumbprint of the proof's key; undefined if the request has no proof. Does not use the proof up. */
export async function proofOf(ctx: KoaContextWithOIDC): Promise<{ thumbprint: string; jti: string } | undefined> {
  return validateProof(ctx.oidc.provider, ctx);
}

/** Uses the proof up, on all nodes. @throws InvalidDpopProof if it was used before */
export async function useProof(ctx: KoaContextWithOIDC, { jti }: { readonly jti: string }): Promise<void> {
  const { clientId } = ctx.oidc.client as Client;
  await markProof(ctx.oidc.provider, clientId, jti);
}
