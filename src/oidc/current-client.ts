/**
 * The client's row decides what is allowed when a code or a refresh token is exchanged, and when a token is judged. A
 * node keeps clients in memory, and the notification of a change may be late or lost. So each of these statements
 * returns the client's current revision; a request that began with an older one continues with the current client, or
 * must authenticate again. A token by client credentials costs no statement: there the cache alone decides, see
 * client-cache.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Client, errors, Provider } from 'oidc-provider';
import { withinCeiling } from '../policy/client/ceiling.ts';
import { isUnregistered } from '../policy/client/registration-types.ts';
import type { ClientCache } from './client-cache.ts';
import { requestContext } from './request-context.ts';

/**
 * Puts the current client into the request if the request began with another revision. Returns the client, or undefined
 * if the request is about another one.
 * @throws InvalidClientAuth if the client is gone or must authenticate again
 */
export async function bringClientUpToDate(
  clients: ClientCache,
  { client_id: clientId, client_revision: revision }: { client_id: string; client_revision: string },
): Promise<Client | undefined> {
  const oidc = Provider.ctx?.oidc;
  const known = oidc?.client;
  if (!oidc || !known || known.clientId !== clientId) return undefined;
  if (known.revision === revision) return known;
  clients.forget(clientId);
  const fresh = await oidc.provider.Client.find(clientId);
  if (!fresh) throw new errors.InvalidClientAuth('client not found');
  if (!stillAuthenticated(known, fresh))
    throw new errors.InvalidClientAuth('the registration of this client has just changed');
  oidc.entity('Client', fresh);
  const grantType = oidc.params?.grant_type as string | undefined;
  // Throws if the grant type is not allowed, see patches/unauthorized-client.
  if (oidc.route === 'token' && grantType) fresh.grantTypeAllowed(grantType);
  return fresh;
}

/** Returns the client that makes this request, or for which it is made. */
export function clientOfRequest(): Client {
  return Provider.ctx?.oidc.client as Client;
}

/** Whether anybody can make requests of this client: it has no secret, or one that it gave itself. */
export function isStrangers(client: Client | undefined): boolean {
  return client !== undefined && (client.clientAuthMethod === 'none' || isUnregistered(client));
}

/** Puts the current client into the request and returns it; undefined if it has not changed, or is gone. */
export async function renewClient(clients: ClientCache): Promise<Client | undefined> {
  const { oidc } = Provider.ctx as NonNullable<typeof Provider.ctx>;
  const before = clientOfRequest();
  clients.forget(before.clientId);
  const now = await oidc.provider.Client.find(before.clientId);
  if (!now || now.revision === before.revision) return undefined;
  oidc.entity('Client', now);
  return now;
}

/** Whether the client's authentication is still valid for its current registration. */
function stillAuthenticated(before: Client, now: Client): boolean {
  const method = (client: Client) => client.clientAuthMethod?.replace(/^client_secret_.*/, 'client_secret');
  if (method(before) !== method(now) || before.profile !== now.profile) return false;
  if (method(now) === 'private_key_jwt') {
    return (
      before.jwksUri === now.jwksUri &&
      before.assertion_audience === now.assertion_audience &&
      isDeepStrictEqual(before.jwks, now.jwks) &&
      isDeepStrictEqual(before.workload_identities, now.workload_identities)
    );
  }
  const { secretUsed } = requestContext().outcome;
  return secretUsed === undefined || (now.clientSecret ?? '').includes(`"id":"${secretUsed}"`);
}

/**
 * Limits the scope of a code or refresh token to the client's ceiling, and the scope that the request asks for with it.
 * Returns the remaining scope. If nothing remains, `refuseWhatIsGone` will refuse the exchange.
 */
export function applyCeiling(scope: unknown, client: Client | undefined): string | undefined {
  if (typeof scope !== 'string' || !client) return scope as string | undefined;
  const narrowed = withinCeiling(scope, client.scope);
  requestContext().outcome.grantedScope = scope;
  if (narrowed.empty) requestContext().outcome.refusal = nothingLeft(scope);
  const params = Provider.ctx?.oidc.params as { scope?: string } | undefined;
  if (params?.scope) {
    // A refresh may name scopes, and libraries name all that they were granted: the answer has the remaining ones.
    const gone = new Set(narrowed.gone);
    const asked = params.scope.split(' ').filter((one) => !gone.has(one));
    if (asked.length === 0) requestContext().outcome.refusal = nothingLeft(params.scope);
    else params.scope = asked.join(' ');
  }
  return narrowed.scope;
}

/** Call it when everything else about an exchange is valid, and before anything is spent. */
export function refuseWhatIsGone(): void {
  const { refusal } = requestContext().outcome;
  if (refusal) throw refusal;
}

/** RFC 6749 §6: without `scope` a refresh asks for everything granted, which is now beyond the client's ceiling. */
function nothingLeft(scope: string): Error {
  return new errors.InvalidScope('this client may not have any of these scopes any more', scope);
}
