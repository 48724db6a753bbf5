/**
 * Some libraries and `curl -u client_id:` authenticate a public client by HTTP Basic with an empty password. RFC 6749 §2.3.1
 * takes a missing secret and an empty one for the same, so this is the method `none`, with the client's id in the header.
 * The engine refuses it as a header that can't be read.
 */
import type { Context, Next } from 'koa';
import { errors } from 'oidc-provider';
import { basicCredentials } from './client-authentication.ts';
import type { ClientCache } from './client-cache.ts';

const endpoints = new Set(['/oauth/token', '/oauth/revoke', '/oauth/introspect', '/oauth/par']);

/** Stands before the engine: takes such a header away, and keeps whose it was for the parameters. */
export function acceptEmptyPasswords(clients: ClientCache) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const { authorization } = ctx.req.headers;
    const credentials = authorization && endpoints.has(ctx.path) ? basicCredentials(authorization) : undefined;
    if (credentials?.secret === '') {
      const client = await clients.find(credentials.clientId);
      if (client?.token_endpoint_auth_method === 'none') {
        delete ctx.req.headers.authorization;
        ctx.state.namedByBasic = credentials.clientId;
      }
    }
    await next();
  };
}

/** Puts the id where the engine looks for it, as the parameters of a request are assembled. */
export function nameClientOfBasic(ctx: Context, params: Record<string, unknown>): void {
  const named = ctx.state.namedByBasic as string | undefined;
  if (named === undefined) return;
  if (params.client_id !== undefined && params.client_id !== named)
    throw new errors.InvalidRequest('client_id mismatch');
  params.client_id = named;
}
