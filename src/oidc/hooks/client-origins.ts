/** From which origins scripts may speak for a client (the engine's `clientBasedCORS`). */
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { mayUseOrigin } from '../../policy/origins.ts';

/** A client with a secret keeps it on a server, which names no origin. */
export function maySpeakFor(_ctx: KoaContextWithOIDC, origin: string, client: Client): boolean {
  if (client.clientAuthMethod !== 'none') return false;
  const native = client.applicationType === 'native';
  return mayUseOrigin(origin, {
    native,
    redirectUris: client.redirectUris ?? [],
    allowedOrigins: client.allowed_origins ?? [],
  });
}
