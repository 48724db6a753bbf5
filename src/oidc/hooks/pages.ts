/** Pages that the engine asks for: errors and signing out. */
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { type App, callText, isTrusted } from '../../../views/app-identity.ts';
import { errorPage, type Way } from '../../../views/error.ts';
import { hostOf } from '../../../views/host.ts';
import { m } from '../../../views/messages/index.ts';
import { type EngineError, isInteractionOver } from '../patches/events.ts';
import { keepLogoutTarget, logoutForm } from '../patches/logout.ts';
import { requestContext } from '../request-context.ts';
import { isForPrograms } from '../response-format.ts';
import { clientView } from './client-view.ts';

/** Imported with the first error. */
const texts = () => import('./error-texts.ts');

type Out = { error: string; error_description?: string | undefined };

/** Returns the app that a request is about, if the engine has already found it. */
function appOf(ctx: KoaContextWithOIDC): App | undefined {
  const client = clientOf(ctx);
  return client && clientView(client);
}

const clientOf = (ctx: KoaContextWithOIDC): Client | undefined => ctx.oidc?.client;

export async function renderError(ctx: KoaContextWithOIDC, out: Out, error: Error): Promise<void> {
  ctx.state.engineError ??= error as EngineError;
  if (isForPrograms(ctx.path)) {
    ctx.body = out;
    return;
  }
  const signingOut = /^\/oauth\/logout\b/i.test(ctx.path);
  const [app, client] = [appOf(ctx), clientOf(ctx)];
  const params = (ctx.oidc?.params ?? ctx.query) as Record<string, unknown>;
  const text = isInteractionOver(error)
    ? m().errors.interactionOver
    : (await texts()).engineErrorText(out, app && callText(app), {
        clientId: asText(params.client_id),
        redirectUri: asText(params.redirect_uri),
        registeredRedirectUris: client?.redirectUris,
        signingOut,
      });
  ctx.type = 'html';
  ctx.body = errorPage({
    ...text,
    ...(app ? { app } : {}),
    actions: [
      // Anybody can register any homepage, so only the one of a trusted app becomes a link on our page.
      ...(app && isTrusted(app) && app.homepage
        ? [{ href: app.homepage, label: m().errors.request.backTo(new URL(app.homepage).host) }]
        : []),
      signingOut
        ? { href: '/oauth/logout', label: m().errors.request.signOut }
        : { href: '/account/apps', label: m().frame.yourConnectedApps },
    ],
    requestId: ctx.state.requestId as string,
    time: new Date(),
  });
}

/** Shows an error whose way to the app is only a button. */
export async function renderErrorBefore(ctx: KoaContextWithOIDC, out: Out, way: Way): Promise<void> {
  const app = appOf(ctx);
  const { errorTextBefore } = await texts();
  // The engine means to redirect.
  if (ctx.status < 400) ctx.status = 400;
  ctx.type = 'html';
  ctx.body = errorPage({
    ...errorTextBefore(out, app && callText(app), hostOf(way.address)),
    ...(app ? { app } : {}),
    actions: [{ href: '/account/apps', label: m().frame.yourConnectedApps }],
    onward: { ...way, label: m().errors.request.goOnTo(hostOf(way.address)) },
    requestId: ctx.state.requestId as string,
    time: new Date(),
  });
}

/** Asks before signing out, with our own form instead of the engine's. */
export async function logoutSource(ctx: KoaContextWithOIDC): Promise<void> {
  const { signOutPage } = await import('../../../views/oauth/sign-out.ts');
  const { action, xsrf } = logoutForm(ctx);
  const accountId = ctx.oidc.session?.accountId;
  const email = (accountId && requestContext().cache.accounts.get(accountId)?.email) || m().signIn.out.thisAccount;
  const app = appOf(ctx);
  keepLogoutTarget(ctx);
  ctx.body = signOutPage({ action, xsrf, email, ...(app ? { app } : {}) });
}

export async function postLogoutSuccessSource(ctx: KoaContextWithOIDC): Promise<void> {
  const { signedOutPage } = await import('../../../views/oauth/signed-out.ts');
  // Somebody who chose to stay signed in arrives here as well.
  const { accountId } = await ctx.oidc.provider.Session.get(ctx);
  ctx.type = 'html';
  ctx.body = signedOutPage({
    app: appOf(ctx),
    email: accountId && requestContext().cache.accounts.get(accountId)?.email,
  });
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
