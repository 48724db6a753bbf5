/**
 * Where signing out leads. Two moments at which the engine signs out by a page with a form that sends itself: `/oauth/logout`
 * where nobody is signed in, and another account that has just signed in for an app. Neither has a question for the
 * person, so both go on at once, without page and script; the session that the form would have ended is ended here. The
 * third is the answer to the page that asks: the engine leads where the request for the page was allowed to lead, however
 * long the page was open.
 */
import type { Next } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ClientCache } from '../../oidc/client-cache.ts';
import { logoutTarget } from '../../oidc/patches/logout.ts';
import { inQuery } from '../../policy/answer-addresses.ts';
import { seeOther } from '../http/see-other.ts';
import { endSession } from '../http/session.ts';

const signedOutPath = '/oauth/logout/success';

/** Stands before the engine. */
export function signOutAtOnce(provider: () => Provider, clients: ClientCache) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    if (ctx.oidc?.route === 'end_session_confirm' && ctx.status === 303) {
      const target = ctx.response.get('Location');
      if (!(await mayLeadTo(target, ctx, clients))) seeOther(ctx, signedOutPath);
      return;
    }
    if (ctx.status !== 200 || !(nobodyToSignOut(ctx) || anotherAccount(ctx))) return;
    const target = logoutTarget(ctx) ?? signedOutPath;
    await endSession(ctx, provider(), ctx.oidc.session);
    seeOther(ctx, target);
  };
}

/**
 * Whether an address to go back to is still registered. The client is read anew; one that was suspended or deleted is not
 * found.
 */
async function mayLeadTo(target: string, { oidc }: KoaContextWithOIDC, clients: ClientCache): Promise<boolean> {
  if (target.startsWith(oidc.urlFor('end_session_success'))) return true;
  const clientId = oidc.client?.clientId;
  if (clientId === undefined) return false;
  const registered = ((await clients.reread(clientId))?.post_logout_redirect_uris ?? []) as readonly string[];
  // No registered address has a parameter of this name itself.
  const state = new URL(target).searchParams.get('state') ?? undefined;
  return registered.some((uri) => inQuery(uri, { state }) === target);
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
