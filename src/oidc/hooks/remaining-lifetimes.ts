/**
 * Tells an app with its tokens how long its refresh token is valid, and when the authorization ends at the latest
 * (`refresh_token_expires_in` and `authorization_expires_in`, draft-ietf-oauth-refresh-token-expiration): it can ask the person
 * again in time, instead of failing at night.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { familyEnd } from '../../policy/refresh.ts';
import { requestContext } from '../request-context.ts';

export function tellRemainingLifetimes(provider: Provider): void {
  // The engine has no hook for the answer of its token endpoint. It emits this when the answer is complete and not yet sent.
  provider.on('grant.success', (ctx) => {
    const body = ctx.body as { refresh_token?: string };
    Object.assign(body, remainingLifetimes(ctx.oidc, body.refresh_token !== undefined));
  });
}

/** Nothing for a client that acts for itself. Without a refresh token there is an end only if the person chose one. */
function remainingLifetimes({ entities }: KoaContextWithOIDC['oidc'], refreshes: boolean) {
  const grant = requestContext().cache.grants.get(entities.AccessToken?.grantId ?? '');
  if (!grant) return {};
  const now = Math.floor(Date.now() / 1000);
  const left = (end: number) => Math.max(0, Math.floor(end) - now);
  const { refresh } = requestContext().outcome;
  if (!refreshes) return grant.ends_at ? { authorization_expires_in: left(grant.ends_at.getTime() / 1000) } : {};
  const began = refresh ? refresh.family.issued_at.getTime() / 1000 : now;
  return {
    refresh_token_expires_in: left(refresh?.issuedUntil ?? now + (entities.RefreshToken?.remainingTTL ?? 0)),
    authorization_expires_in: left(familyEnd(began, grant.ends_at)),
  };
}
