/** What an access token is good for now: its own scope under the ceiling that its client has by now. */
import { withinCeiling } from '../policy/client/ceiling.ts';
import type { AccessTokenClaims } from './access-token.ts';
import type { ClientCache } from './client-cache.ts';

/**
 * `revision` is that of the client's row. Undefined when the token is of no use any more: its client is gone or stopped,
 * may not act for itself any more, or has lost every scope that the token had.
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
