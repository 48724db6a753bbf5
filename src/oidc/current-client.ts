/**
 * Authority is read from the client's row when a code or a refresh token is exchanged, and when a token is judged. A node
 * keeps clients in memory, and a notification that one has changed may be late or lost: each of these statements returns
 * the revision of the client as it stands, and a request that began with an older one goes on with the current one, or must
 * authenticate again. A token by client credentials costs no statement: there the cache alone decides, see client-cache.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Client, errors, Provider } from 'oidc-provider';
import { withinCeiling } from '../policy/client/ceiling.ts';
import type { ClientCache } from './client-cache.ts';
import { requestContext } from './request-context.ts';

/**
 * Puts the current client into the request where the one that it began with has another revision. Returns it; undefined when
 * the request is about another client.
 * @throws InvalidClient where it is gone, or has to authenticate again
 */
export async function bringClientUpToDate(
  clients: ClientCache,
  { client_id: clientId, client_revision: revision }: { client_id: string; client_revision: string },
  oidc = Provider.ctx?.oidc,
): Promise<Client | undefined> {
  const known = oidc?.client;
  if (!oidc || !known || known.clientId !== clientId) return undefined;
  if (known.revision === revision) return known;
  clients.forget(clientId);
  const fresh = await oidc.provider.Client.find(clientId);
  if (!fresh) throw new errors.InvalidClient('client not found');
  if (!provedAlike(known, fresh)) throw new errors.InvalidClient('the registration of this client has just changed');
  oidc.entity('Client', fresh);
  const grantType = oidc.params?.grant_type as string | undefined;
  // Throws where it is not, see patches/unauthorized-client.
  if (oidc.route === 'token' && grantType) fresh.grantTypeAllowed(grantType);
  return fresh;
}

/** The client that this request is by or for. */
export function clientOfRequest(): Client {
  return Provider.ctx?.oidc.client as Client;
}

/** Puts the client into the request as it is now, and returns it; undefined when it is the same as before, or gone. */
export async function renewClient(clients: ClientCache): Promise<Client | undefined> {
  const { oidc } = Provider.ctx as NonNullable<typeof Provider.ctx>;
  const before = clientOfRequest();
  clients.forget(before.clientId);
  const now = await oidc.provider.Client.find(before.clientId);
  if (!now || now.revision === before.revision) return undefined;
  oidc.entity('Client', now);
  return now;
}

/** Whether what the client proved itself with would do for its current registration. */
function provedAlike(before: Client, now: Client): boolean {
  const method = (client: Client) => client.clientAuthMethod?.replace(/^client_secret_.*/, 'client_secret');
  if (method(before) !== method(now)) return false;
  if (method(now) === 'private_key_jwt') {
    return before.jwksUri === now.jwksUri && isDeepStrictEqual(before.jwks, now.jwks);
  }
  const { secretUsed } = requestContext().outcome;
  return secretUsed === undefined || (now.clientSecret ?? '').includes(`"id":"${secretUsed}"`);
}

/**
 * Holds the scope of a code or of a refresh token to the client's ceiling, and the scope that this request asks for as well.
 * When nothing is left, the exchange will be refused: see `refuseWhatIsGone`. Returns what is left.
 */
export function applyCeiling(scope: unknown, client: Client | undefined): string | undefined {
  if (typeof scope !== 'string' || !client) return scope as string | undefined;
  const narrowed = withinCeiling(scope, client.scope);
  requestContext().outcome.grantedScope = scope;
  if (narrowed.empty) requestContext().outcome.refusal = nothingLeft(scope);
  const params = Provider.ctx?.oidc.params as { scope?: string } | undefined;
  if (params?.scope) {
    // A refresh may name its scopes, and libraries name all that they got: it is answered with what is left of them.
    const gone = new Set(narrowed.gone);
    const asked = params.scope.split(' ').filter((one) => !gone.has(one));
    if (asked.length === 0) requestContext().outcome.refusal = nothingLeft(params.scope);
    else params.scope = asked.join(' ');
  }
  return narrowed.scope;
}

/** Called when all else about an exchange is right, and before anything is spent. */
export function refuseWhatIsGone(): void {
  const { refusal } = requestContext().outcome;
  if (refusal) throw refusal;
}

/** RFC 6749 §6: without `scope` a refresh asks for what was granted, and that is beyond what the client may have now. */
function nothingLeft(scope: string): Error {
  return new errors.InvalidScope('this client may not have any of these scopes any more', scope);
}
