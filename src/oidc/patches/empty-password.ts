/**
 * HTTP Basic with an empty password, which the engine refuses as a header that can't be read. Some libraries and
 * `curl -u client_id:` send it for a public client: RFC 6749 §2.3.1 takes a missing secret and an empty one for the same,
 * so this is the method `none`, with the client's id in the header. From every other client it is a wrong secret, which
 * is `invalid_client` with a challenge (§5.2).
 */
import type { Context, Next } from 'koa';
import { errors } from 'oidc-provider';
import { basicCredentials } from '../client-authentication.ts';
import type { ClientCache } from '../client-cache.ts';

const endpoints = new Set(['/oauth/token', '/oauth/revoke', '/oauth/introspect', '/oauth/par']);

/** No secret of ours has this form, so it is never right. */
const wrongSecret = 'empty';

/**
 * Stands before the engine. Takes such a header of a public client away, and keeps whose it was for the parameters; in
 * that of another client the engine finds a wrong secret, and judges it as one.
 */
export function acceptEmptyPasswords(clients: ClientCache) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const { authorization } = ctx.req.headers;
    const credentials = authorization && endpoints.has(ctx.path) ? basicCredentials(authorization) : undefined;
    if (credentials?.secret === '') {
      const client = await clients.find(credentials.clientId);
      if (client?.token_endpoint_auth_method === 'none') {
        delete ctx.req.headers.authorization;
        ctx.state.namedByBasic = credentials.clientId;
      } else {
        const judged = `${encodeURIComponent(credentials.clientId)}:${wrongSecret}`;
        ctx.req.headers.authorization = `Basic ${Buffer.from(judged).toString('base64')}`;
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
