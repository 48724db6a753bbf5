/**
 * Decides where signing out leads. In two cases the engine signs out by a page with a form that submits itself:
 * `/oauth/logout` when nobody is signed in, and when another account has just signed in for an app. Neither needs a
 * question, so both redirect at once, without page and script; the session that the form would have ended is ended
 * here. The third case is the answer to the page that asks. The engine redirects where the request for the page was
 * allowed to go, however long the page was open.
 */
import type { Next } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ClientCache } from '../../oidc/client-cache.ts';
import { isStrangeAddress } from '../../oidc/hooks/untrusted-redirects.ts';
import { logoutTarget } from '../../oidc/patches/logout.ts';
import { resumes } from '../../oidc/resumed.ts';
import { inQuery } from '../../policy/answer-addresses.ts';
import { seeOther } from '../http/see-other.ts';
import { endSession } from '../http/session.ts';

const signedOutPath = '/oauth/logout/success';

/** Must run before the engine. */
export function signOutAtOnce(provider: () => Provider, clients: ClientCache) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    if (ctx.oidc?.route === 'end_session_confirm' && ctx.status === 303) {
      const target = ctx.response.get('Location');
      if (!(await mayLeadTo(target, ctx, clients))) seeOther(ctx, signedOutPath);
      return;
    }
    if (ctx.status !== 200 || !(nobodyToSignOut(ctx) || anotherAccount(ctx))) return;
    const target = (anotherAccount(ctx) ? logoutTarget(ctx) : targetAtOnce(ctx)) ?? signedOutPath;
    await endSession(ctx, provider(), ctx.oidc.session);
    seeOther(ctx, target);
  };
}

/** Nobody has pressed a button here, so an address that anybody may have registered is not followed. */
function targetAtOnce(ctx: KoaContextWithOIDC): string | undefined {
  const target = logoutTarget(ctx);
  return target !== undefined && isStrangeAddress(ctx, target) ? undefined : target;
}

/**
 * Whether an address to go back to is still registered. The client is read again, because this node may not know of a
 * change yet. A client that was suspended or deleted is not found.
 */
async function mayLeadTo(target: string, { oidc }: KoaContextWithOIDC, clients: ClientCache): Promise<boolean> {
  if (target.startsWith(oidc.urlFor('end_session_success'))) return true;
  const clientId = oidc.client?.clientId;
  if (clientId === undefined) return false;
  const registered = ((await clients.reread(clientId))?.post_logout_redirect_uris ?? []) as readonly string[];
  // No registered address contains a parameter of this name.
  const { href, searchParams } = new URL(target);
  const state = searchParams.get('state') ?? undefined;
  // Koa has added the path `/` to an address without one.
  return registered.some((uri) => new URL(inQuery(uri, { state })).href === href);
}

/** The engine has checked the request: the client, its hint and the address to go back to. */
function nobodyToSignOut(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc?.route === 'end_session' && !ctx.oidc.session?.accountId;
}

/**
 * The person who has just typed the password is not the one who is signed in: the engine waits for the other's session
 * to end.
 */
function anotherAccount(ctx: KoaContextWithOIDC): boolean {
  if (!resumes(ctx.oidc?.route)) return false;
  const here = ctx.oidc.session?.accountId;
  const login = ctx.oidc.entities.Interaction?.result?.login;
  return here !== undefined && login !== undefined && login.accountId !== here;
}
