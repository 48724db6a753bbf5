/** The current scope of an access token: the token's scope, limited by the present ceiling of its client. */
import { withinCeiling } from '../policy/client/ceiling.ts';
import type { AccessTokenClaims } from './access-token.ts';
import type { ClientCache } from './client-cache.ts';

/**
 * `revision` is the revision of the client's row. Returns undefined if the token is not valid any more: its client is
 * gone or stopped, may no longer act for itself, or has lost every scope of the token.
 */
export async function scopeNow(
  clients: ClientCache,
  { client_id: clientId, gid, scope }: AccessTokenClaims,
  revision: string,
): Promise<string | undefined> {
  const client = await clients.current(clientId, revision);
  if (!client) return undefined;
  const actsForItself = (client.grant_types ?? []).includes('client_credentials');
  if (gid === undefined && !actsForItself) return undefined;
  const { scope: left } = withinCeiling(scope, client.scope);
  return scope && left === '' ? undefined : left;
}
