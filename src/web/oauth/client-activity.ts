/** Records the result of each request at an OAuth endpoint: of a client, or the failure of one without a client. No SQL statement. */
import type { Context, Next } from 'koa';
import { AppError } from '../../errors.ts';
import type { ClientCache } from '../../oidc/client-cache.ts';
import type { EngineError } from '../../oidc/patches/events.ts';
import { requestContext } from '../../oidc/request-context.ts';
import type { ClientActivity } from '../../operations/client-activity.ts';
import { machineOf } from '../../policy/lockout.ts';
import { networkOf } from '../../policy/networks.ts';
import { countedAs } from '../../policy/statistics.ts';
import { callerKey, type Endpoint, type FailedBy } from '../../store/failed-requests.ts';
import { failedRequest } from './failed-request.ts';

type Params = Readonly<Record<string, string | undefined>>;

const endpoints = /^\/oauth\/(authorize|token|par|revoke|introspect|device_authorization|register)(?:\/|$)/;

/**
 * Runs within the request context, around everything that answers in the engine's place. `clients` is asked only if the
 * engine refused a request before it identified the client.
 */
export function observeClients(activity: ClientActivity, clients: ClientCache) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const endpoint = endpoints.exec(ctx.path)?.[1] as Endpoint | undefined;
    try {
      await next();
    } catch (error) {
      // The engine tells of its own errors; a registration may be refused by an operation.
      if (endpoint === 'register' && error instanceof AppError) await observe(ctx, endpoint, error);
      throw error;
    }
    if (endpoint !== undefined) await observe(ctx, endpoint, ctx.state.engineError);
  };

  async function observe(ctx: Context, endpoint: Endpoint, error: EngineError | undefined): Promise<void> {
    const { client, params } = (ctx.oidc ?? {}) as { client?: { clientId: string }; params?: Params };
    const { stoppedClient, refusedDocument, managedClient, refreshTokenReused, refreshTokenForked, handedOn } =
      requestContext().outcome;
    const named = client?.clientId ?? stoppedClient ?? refusedDocument ?? managedClient;
    const clientId = named ?? (await claimedClient(ctx, clients, error));
    // Every DPoP client answers this challenge with its next request (RFC 9449 §8), and every device asks until a person
    // has decided (RFC 8628 §3.5), so neither counts as a failure.
    const isAnswered = error?.error === 'use_dpop_nonce' || error?.error === 'authorization_pending';
    if (clientId === undefined) {
      if (error && !isAnswered)
        activity.noteFailure(failedRequest(ctx, { clientId, endpoint, error, by: nobody(ctx) }));
      return;
    }
    if (refreshTokenForked) activity.noteRefreshTokenFork();
    if (refreshTokenReused) activity.noteRefreshTokenReuse(clientId);
    if (error) {
      if (isAnswered) return;
      activity.noteFailure(failedRequest(ctx, { clientId, endpoint, error, by: provedBy(ctx, clientId, endpoint) }));
      return;
    }
    // An authorization succeeds when its code is exchanged, and a request that only names or registers a client does not use it.
    if (endpoint === 'authorize' || endpoint === 'register' || ctx.status >= 400) return;
    if (endpoint !== 'token' && provedBy(ctx, clientId, endpoint)?.stranger) return;
    activity.noteSuccess(clientId, endpoint === 'token' ? countedAs(params?.grant_type ?? '') : undefined);
    if (handedOn) activity.exchanges.note({ ...handedOn, clientId, requestId: ctx.state.requestId, ip: ctx.ip });
  }
}

/** A sender that names no client is counted with its whole network, so that one with many addresses takes no place from others. */
const nobody = (ctx: Context): FailedBy => ({
  stranger: true,
  caller: callerKey('network', networkOf(ctx.ip).network),
});

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
