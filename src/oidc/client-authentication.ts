/**
 * Client authentication by HTTP Basic (RFC 6749 §2.3.1) for our own endpoints, which the engine does not know. It uses
 * the engine's client objects and its comparison of secrets. A client registered for `client_secret_post` may use Basic
 * too.
 */
import type { Client, Provider } from 'oidc-provider';

/**
 * Returns the client that has authenticated; undefined for everybody else. `refuses` sees the client before its secret is compared,
 * which may take a hash.
 */
export async function authenticateByBasic(
  provider: Provider,
  authorization: string,
  refuses: (client: Client) => boolean = () => false,
): Promise<Client | undefined> {
  const credentials = basicCredentials(authorization);
  const client = credentials && (await provider.Client.find(credentials.clientId));
  if (!client || !/^client_secret_(basic|post)$/.test(client.clientAuthMethod ?? '') || refuses(client))
    return undefined;
  return (await client.compareClientSecret(credentials.secret)) ? client : undefined;
}

/** Both parts are form-encoded before they are joined with a colon. */
export function basicCredentials(header: string): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+=*)$/i.exec(header)?.[1];
  const decoded = Buffer.from(encoded ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  try {
    const part = (text: string) => decodeURIComponent(text.replaceAll('+', '%20'));
    return { clientId: part(decoded.slice(0, colon)), secret: part(decoded.slice(colon + 1)) };
  } catch {
    return undefined;
  }
}
