/** Answers for programs, and the clients that gateways are, at endpoints that only gateways use. */
import type { Context } from 'koa';
import type { Client } from 'oidc-provider';
import { authenticateByBasic } from '../../oidc/client-authentication.ts';
import type { WebDeps } from '../deps.ts';

/** Returns the gateway that has authenticated. Everybody else is refused, and undefined returned. */
export async function requireGateway(ctx: Context, { engine }: Pick<WebDeps, 'engine'>): Promise<Client | undefined> {
  let isOther = false;
  const client = await authenticateByBasic(
    engine.provider(),
    ctx.get('Authorization'),
    ({ gateway_resource: resource }) => {
      isOther = !resource;
      return isOther;
    },
  );
  if (isOther) refuse(ctx, 403, 'unauthorized_client', 'This client is not a gateway');
  else if (!client) refuse(ctx, 401, 'invalid_client', 'Authenticate by Basic as a registered gateway');
  else return client;
  return undefined;
}

/** Answers with an error in the form of RFC 6749 §5.2. */
export function refuse(ctx: Context, status: number, error: string, description: string): void {
  ctx.status = status;
  // Names the issuer: Koa's `ctx.origin` is whatever the caller sent as `Origin`.
  if (status === 401) ctx.set('WWW-Authenticate', `Basic realm="${ctx.protocol}://${ctx.host}"`);
  ctx.body = { error, error_description: description };
}
