/** The person who is signed in: the engine's session, read and changed by our own pages. */
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { requestContext } from '../../oidc/request-context.ts';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import type { AccountFacts } from '../../store/account-facts.ts';
import { speakAsAccount } from './language.ts';

export interface SignedIn {
  readonly account: AccountFacts;
  /** What the anti-forgery values of this session's forms are bound to. */
  readonly binding: string;
}

export async function signedIn(ctx: Context, provider: Provider): Promise<SignedIn | undefined> {
  const session = await provider.Session.get(ctx);
  const account = session.accountId === undefined ? undefined : requestContext().cache.accounts.get(session.accountId);
  if (!account) return undefined;
  await speakAsAccount(ctx, account.locale);
  return { account, binding: session.uid };
}

/** Starts a session under a new id, so that a planted session is worthless. */
export async function startSession(
  ctx: Context,
  provider: Provider,
  signIn: { account: { id: string }; verifiedAt: Date },
): Promise<void> {
  const { account, verifiedAt } = signIn;
  const old = await provider.Session.get(ctx);
  if (old.accountId !== undefined) await old.destroy();
  const session = new provider.Session();
  requestContext().outcome.signIn = { accountId: account.id, verifiedAt: verifiedAt.getTime() / 1000 };
  session.loginAccount({ accountId: account.id, loginTs: Math.floor(verifiedAt.getTime() / 1000), amr: ['pwd'] });
  await session.save(sessionLifetimeSeconds);
  setSessionCookie(ctx, provider, session.id);
}

/** `opened` is the session, if the engine has already made or read it in this request. */
export async function endSession(ctx: Context, provider: Provider, opened?: { destroy(): unknown }): Promise<void> {
  const session = opened ?? (await provider.Session.get(ctx));
  await session.destroy();
  setSessionCookie(ctx, provider, null);
}

export function setSessionCookie(ctx: Context, provider: Provider, id: string | null): void {
  const secure = provider.issuer.startsWith('https:');
  const expires = id === null ? {} : { expires: new Date(Date.now() + sessionLifetimeSeconds * 1000) };
  ctx.cookies.set(provider.cookieName('session'), id, {
    signed: true,
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    // The engine may have set the cookie in the same answer.
    overwrite: true,
    ...expires,
  });
}
