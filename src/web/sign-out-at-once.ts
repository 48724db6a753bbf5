/**
 * Two moments at which the engine signs out by a page with a form that sends itself: `/oauth/logout` where nobody is
 * signed in, and another account that has just signed in for an app. Neither has a question for the person, so both go
 * on at once, without page and script; the session that the form would have ended is ended here.
 */
import type { Next } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { inQuery } from '../policy/answer-addresses.ts';
import { seeOther } from './see-other.ts';
import { endSession } from './session.ts';

type State = { postLogoutRedirectUri?: string; state?: string } | undefined;

/** Stands before the engine. */
export function signOutAtOnce(provider: () => Provider) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    if (ctx.status !== 200 || !(nobodyToSignOut(ctx) || anotherAccount(ctx))) return;
    const target = whereTo(ctx);
    await endSession(ctx, provider(), ctx.oidc.session);
    seeOther(ctx, target);
  };
}

/** The engine has checked the request: the client, its hint and the address to go back to. */
function nobodyToSignOut(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc?.route === 'end_session' && !ctx.oidc.session?.accountId;
}

/** Whoever typed the password just now is not the one who is signed in: the engine waits for the other to be gone. */
function anotherAccount(ctx: KoaContextWithOIDC): boolean {
  if (ctx.oidc?.route !== 'resume') return false;
  const here = ctx.oidc.session?.accountId;
  const login = ctx.oidc.entities.Interaction?.result?.login;
  return here !== undefined && login !== undefined && login.accountId !== here;
}

/** Where the engine itself would lead after signing out: the address that it has checked, or ours. */
function whereTo(ctx: KoaContextWithOIDC): string {
  const { postLogoutRedirectUri, state } = (ctx.oidc.session as unknown as { state: State }).state ?? {};
  if (postLogoutRedirectUri === undefined) return '/oauth/logout/success';
  return inQuery(postLogoutRedirectUri, { state });
}
