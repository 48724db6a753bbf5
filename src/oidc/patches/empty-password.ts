/**
 * Accepts HTTP Basic with an empty password, which the engine refuses as a malformed header. Some libraries and `curl
 * -u client_id:` send it for a public client. RFC 6749 §2.3.1 treats a missing and an empty secret alike, so this is
 * the method `none` with the client's id in the header. From any other client it is a wrong secret, which is
 * `invalid_client` with a challenge (§5.2).
 */
import type { Context, Next } from 'koa';
import { errors } from 'oidc-provider';
import { basicCredentials } from '../client-authentication.ts';
import type { ClientCache } from '../client-cache.ts';

const endpoints = new Set([
  '/oauth/token',
  '/oauth/revoke',
  '/oauth/introspect',
  '/oauth/par',
  '/oauth/device_authorization',
]);

/** No real secret has this form, so it is always wrong. */
const wrongSecret = 'empty';

/**
 * Must run before the engine. For a public client it removes the header and keeps the client's id for the parameters.
 * For any other client it puts a wrong secret into the header, which the engine then refuses.
 */
export function acceptEmptyPasswords(clients: ClientCache) {
  return (ctx: Context, next: Next): Promise<void> => {
    const { authorization } = ctx.req.headers;
    if (authorization === undefined || !endsInColon(authorization) || !endpoints.has(ctx.path)) return next();
    const credentials = basicCredentials(authorization);
    return credentials?.secret === '' ? rewrite(ctx, credentials.clientId).then(next) : next();
  };

  async function rewrite(ctx: Context, clientId: string): Promise<void> {
    const client = await clients.find(clientId);
    if (client?.token_endpoint_auth_method === 'none') {
      delete ctx.req.headers.authorization;
      ctx.state.namedByBasic = clientId;
    } else {
      const judged = `${encodeURIComponent(clientId)}:${wrongSecret}`;
      ctx.req.headers.authorization = `Basic ${Buffer.from(judged).toString('base64')}`;
    }
  }
}

/** Whether the decoded credentials may have an empty password. To decode the whole header takes ten times as long. */
function endsInColon(authorization: string): boolean {
  return Buffer.from(authorization.slice('Basic '.length), 'base64').at(-1) === ':'.charCodeAt(0);
}

/** Puts the id where the engine looks for it, while the parameters of a request are assembled. */
export function nameClientOfBasic(ctx: Context, params: Record<string, unknown>): void {
  const named = ctx.state.namedByBasic as string | undefined;
  if (named === undefined) return;
  if (params.client_id !== undefined && params.client_id !== named)
    throw new errors.InvalidRequest('client_id mismatch');
  params.client_id = named;
}
