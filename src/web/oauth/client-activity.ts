/** Records the result of each request that a registered client made at an OAuth endpoint, without an SQL statement. */
import type { Context, Next } from 'koa';
import type { ClientCache } from '../../oidc/client-cache.ts';
import type { EngineError } from '../../oidc/patches/events.ts';
import { requestContext } from '../../oidc/request-context.ts';
import type { ClientActivity } from '../../operations/client-activity.ts';
import { deviceGrantType } from '../../policy/device-codes.ts';
import { machineOf } from '../../policy/lockout.ts';
import { countedGrantTypes } from '../../policy/statistics.ts';
import { callerKey, type Endpoint, type FailedBy } from '../../store/failed-requests.ts';
import { failedRequest } from './failed-request.ts';

type Params = Readonly<Record<string, string | undefined>>;

const endpoints = /^\/oauth\/(authorize|token|par|revoke|introspect|device_authorization|register)(?:\/|$)/;
const grantTypes: ReadonlySet<string> = new Set(countedGrantTypes);

/**
 * Runs within the request context, around everything that answers in the engine's place. `clients` is asked only if the
 * engine refused a request before it identified the client.
 */
export function observeClients(activity: ClientActivity, clients: ClientCache) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    const endpoint = endpoints.exec(ctx.path)?.[1] as Endpoint | undefined;
    if (endpoint === undefined) return;
    const { client, params } = (ctx.oidc ?? {}) as { client?: { clientId: string }; params?: Params };
    const { stoppedClient, refusedDocument, managedClient, refreshTokenReused, refreshTokenForked } =
      requestContext().outcome;
    // Failures without a known client are not recorded.
    const error = ctx.state.engineError as EngineError | undefined;
    const named = client?.clientId ?? stoppedClient ?? refusedDocument ?? managedClient;
    const clientId = named ?? (await claimedClient(ctx, clients, error));
    if (clientId === undefined) return;
    if (refreshTokenForked) activity.noteRefreshTokenFork();
    if (refreshTokenReused) activity.noteRefreshTokenReuse(clientId);
    if (error) {
      // Every DPoP client answers this challenge with its next request (RFC 9449 §8), and every device asks until a person
      // has decided (RFC 8628 §3.5), so neither counts as a failure.
      if (error.error === 'use_dpop_nonce' || error.error === 'authorization_pending') return;
      activity.noteFailure(failedRequest(ctx, { clientId, endpoint, error, by: provedBy(ctx, clientId, endpoint) }));
      return;
    }
    // An authorization succeeds when its code is exchanged, and a request that only names or registers a client does not use it.
    if (endpoint === 'authorize' || endpoint === 'register' || ctx.status >= 400) return;
    if (endpoint !== 'token' && provedBy(ctx, clientId, endpoint)?.stranger) return;
    // To its statistics, a device is one more way in which people allow an app something.
    const asked = params?.grant_type ?? '';
    const grantType = asked === deviceGrantType ? 'authorization_code' : asked;
    activity.noteSuccess(clientId, endpoint === 'token' && grantTypes.has(grantType) ? grantType : undefined);
  };
}

/**
 * The sender of a request, as far as it is proved. A `client_id` is public: a request that only names one comes from a
 * stranger. Undefined if the client authenticated.
 */
function provedBy(ctx: Context, clientId: string, endpoint: Endpoint): FailedBy | undefined {
  const { cache, outcome } = requestContext();
  const { grants } = cache;
  const { clientAuthenticated } = outcome;
  const isAuthorization = endpoint === 'authorize';
  if (clientAuthenticated && !isAuthorization) return undefined;
  const { session } = (ctx.oidc ?? {}) as { session?: { accountId?: string } };
  const accountId = isAuthorization
    ? session?.accountId
    : [...grants.values()].find(({ client_id: id }) => id === clientId)?.account_id;
  return accountId === undefined
    ? { stranger: true, caller: callerKey('network', machineOf(ctx.ip)) }
    : { stranger: false, caller: callerKey('account', accountId) };
}

/** The client that an unreadable request names, if it exists. */
async function claimedClient(ctx: Context, clients: ClientCache, error: EngineError | undefined) {
  if (error?.error !== 'invalid_request' && error?.error !== 'invalid_scope') return undefined;
  const { params, body } = (ctx.oidc ?? {}) as { params?: Params; body?: Params };
  const claimed = params?.client_id ?? body?.client_id ?? ctx.query.client_id;
  const found = typeof claimed === 'string' ? await clients.find(claimed) : undefined;
  return found?.client_id;
}
