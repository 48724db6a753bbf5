/** The origins from which scripts may act for a client (the engine's `clientBasedCORS`). */
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { mayUseOrigin } from '../../policy/origins.ts';

/** A client with a secret runs on a server, which sends no origin. */
export function maySpeakFor(_ctx: KoaContextWithOIDC, origin: string, client: Client): boolean {
  if (client.clientAuthMethod !== 'none') return false;
  const native = client.applicationType === 'native';
  return mayUseOrigin(origin, {
    native,
    redirectUris: client.redirectUris ?? [],
    allowedOrigins: client.allowed_origins ?? [],
  });
}
