/**
 * Reads what the engine keeps of a sign-out request: the address to return to, and the anti-forgery value of the
 * confirmation form. The engine offers them only inside the form's HTML; both are in the `state` of the session.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { inQuery } from '../../policy/answer-addresses.ts';

/** Returns the address to which the confirmation form is posted, and its anti-forgery value. */
export function logoutForm({ oidc }: KoaContextWithOIDC): { action: string; xsrf: string } {
  const secret = oidc.session?.state?.secret;
  if (typeof secret !== 'string') throw new Error('the engine has no secret for this sign-out request');
  return { action: new URL(oidc.urlFor('end_session_confirm')).pathname, xsrf: secret };
}

/**
 * Returns the address to return to, with its `state`. The engine has checked the address, but would rewrite its query
 * to add `state`.
 */
export function logoutTarget({ oidc }: KoaContextWithOIDC): string | undefined {
  const { postLogoutRedirectUri, state } = oidc.session?.state ?? {};
  if (typeof postLogoutRedirectUri !== 'string') return undefined;
  return inQuery(postLogoutRedirectUri, { state: typeof state === 'string' ? state : undefined });
}

/** Makes the engine redirect there without rewriting the query. */
export function keepLogoutTarget(ctx: KoaContextWithOIDC): void {
  const kept = ctx.oidc.session?.state;
  const target = logoutTarget(ctx);
  if (kept && target !== undefined) Object.assign(kept, { postLogoutRedirectUri: target, state: undefined });
}
