/** The person who is signed in: the engine's session, read and changed by our own pages. */
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { requestContext } from '../../oidc/request-context.ts';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import type { AccountFacts } from '../../store/account-facts.ts';

export interface SignedIn {
  readonly account: AccountFacts;
  /** What the anti-forgery values of this session's forms are bound to. */
  readonly binding: string;
}

type EngineSession = InstanceType<Provider['Session']> & {
  new?: boolean;
  id: string;
  exp?: number;
  resetIdentifier(): void;
  loginAccount(details: { accountId: string; loginTs: number; amr: string[] }): void;
  save(ttl: number): Promise<string>;
};

export async function signedIn(ctx: Context, provider: Provider): Promise<SignedIn | undefined> {
  const session = await engineSession(ctx, provider);
  const account = session.accountId === undefined ? undefined : requestContext().cache.accounts.get(session.accountId);
  return account && { account, binding: session.uid };
}

/** Starts a session under a new id, so that a planted session is worthless. */
export async function startSession(
  ctx: Context,
  provider: Provider,
  signIn: { account: { id: string }; verifiedAt: Date },
): Promise<void> {
  const { account, verifiedAt } = signIn;
  const old = await engineSession(ctx, provider);
  if (old.accountId !== undefined) await old.destroy();
  const session = new provider.Session() as EngineSession;
  requestContext().outcome.signIn = { accountId: account.id, verifiedAt: verifiedAt.getTime() / 1000 };
  session.loginAccount({ accountId: account.id, loginTs: Math.floor(verifiedAt.getTime() / 1000), amr: ['pwd'] });
  await session.save(sessionLifetimeSeconds);
  setCookie(ctx, provider, session.id);
}

/** `opened` is the session, if the engine has already made or read it in this request. */
export async function endSession(ctx: Context, provider: Provider, opened?: { destroy(): unknown }): Promise<void> {
  const session = opened ?? (await engineSession(ctx, provider));
  await session.destroy();
  setCookie(ctx, provider, null);
}

async function engineSession(ctx: Context, provider: Provider): Promise<EngineSession> {
  return (await provider.Session.get(ctx as never)) as unknown as EngineSession;
}

function setCookie(ctx: Context, provider: Provider, id: string | null): void {
  const secure = provider.issuer.startsWith('https:');
  const expires = id === null ? {} : { expires: new Date(Date.now() + sessionLifetimeSeconds * 1000) };
  ctx.cookies.set((provider as unknown as { cookieName(type: string): string }).cookieName('session'), id, {
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
