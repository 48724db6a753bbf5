/** The current scope of an access token: the token's scope, limited by the present ceiling of its client. */
import type { AdapterPayload } from 'oidc-provider';
import { withinCeiling } from '../policy/client/ceiling.ts';
import { namesItsGrant, type ProjectDetails, withinScopes } from '../policy/project-details.ts';
import { resourcesOf } from '../policy/resources.ts';
import { parseScope } from '../policy/scopes.ts';
import { tokenExchange } from '../policy/token-exchange.ts';
import type { LiveToken } from '../store/token-revocations.ts';
import type { AccessTokenClaims } from './access-token.ts';
import type { ClientCache } from './client-cache.ts';

/**
 * `live` has the revisions of the rows. Returns undefined if the token is not valid any more: its client is gone or stopped,
 * may no longer act for itself or exchange tokens for this resource, or has lost every scope of the token. The client that
 * the person allowed limits an exchanged token as well.
 */
export async function scopeNow(
  clients: ClientCache,
  { client_id: clientId, gid, scope, act, aud }: AccessTokenClaims,
  { revision, origin }: Pick<LiveToken, 'revision' | 'origin'>,
): Promise<string | undefined> {
  const client = await clients.current(clientId, revision);
  if (!client) return undefined;
  const grantTypes = client.grant_types ?? [];
  if (gid === undefined && !grantTypes.includes('client_credentials')) return undefined;
  if (act !== undefined && !isExchanger(client, aud)) return undefined;
  const allowed = origin && (await clients.current(origin.clientId, origin.revision));
  if (origin && !allowed) return undefined;
  const { scope: own } = withinCeiling(scope, client.scope);
  const left = allowed ? withinCeiling(own, allowed.scope).scope : own;
  return scope && left === '' ? undefined : left;
}

/** The projects of a token with what is left of its scope; undefined if they are not limited. Its grant has a long list. */
export function detailsNow(
  { authorization_details: own }: Pick<AccessTokenClaims, 'authorization_details'>,
  { details }: Pick<LiveToken, 'details'>,
  scope: string | undefined,
): ProjectDetails | undefined {
  if (own === undefined) return undefined;
  const whole = namesItsGrant(own) ? (details ?? []) : (own as ProjectDetails);
  return withinScopes(whole, parseScope(scope));
}

function isExchanger({ grant_types: types, exchange_resource: resources }: AdapterPayload, audience: string): boolean {
  return types?.includes(tokenExchange) === true && resourcesOf(String(resources ?? '')).includes(audience);
}
