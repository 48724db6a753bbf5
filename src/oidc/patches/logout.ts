/**
 * What the engine keeps of a request to sign out: the address to go back to, and the anti-forgery value of the form that
 * confirms. It has no interface for them but the form as HTML; both are in the `state` of the session.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { inQuery } from '../../policy/answer-addresses.ts';

/** Where the form that confirms is posted, and its anti-forgery value. */
export function logoutForm({ oidc }: KoaContextWithOIDC): { action: string; xsrf: string } {
  const secret = oidc.session?.state?.secret;
  if (typeof secret !== 'string') throw new Error('the engine keeps no secret of this request to sign out');
  return { action: new URL(oidc.urlFor('end_session_confirm')).pathname, xsrf: secret };
}

/** The address to go back to, with its `state`: the engine has checked it, and would write its query anew to add that. */
export function logoutTarget({ oidc }: KoaContextWithOIDC): string | undefined {
  const { postLogoutRedirectUri, state } = oidc.session?.state ?? {};
  if (typeof postLogoutRedirectUri !== 'string') return undefined;
  return inQuery(postLogoutRedirectUri, { state: typeof state === 'string' ? state : undefined });
}

/** Has the engine lead there without writing the query anew. */
export function keepLogoutTarget(ctx: KoaContextWithOIDC): void {
  const kept = ctx.oidc.session?.state;
  const target = logoutTarget(ctx);
  if (kept && target !== undefined) Object.assign(kept, { postLogoutRedirectUri: target, state: undefined });
}
