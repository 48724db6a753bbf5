/** From which origins scripts may speak for a client (the engine's `clientBasedCORS`): those that it has a redirect URI at. */
import type { Client, KoaContextWithOIDC } from 'oidc-provider';

/** A client with a secret keeps it on a server, which names no origin; `null` is whoever wants to be nobody. */
export function maySpeakFor(_ctx: KoaContextWithOIDC, origin: string, client: Client): boolean {
  if (origin === 'null' || client.clientAuthMethod !== 'none') return false;
  return (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin);
}
