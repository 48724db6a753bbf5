/** The person who is signed in: the engine's session, read and changed by our own pages. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { requestContext } from '../../oidc/request-context.ts';
import { type Amr, assuranceOf, knownMethods } from '../../policy/assurance.ts';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import type { AccountFacts } from '../../store/account-facts.ts';
import { speakAsAccount } from './language.ts';

export interface SignedIn {
  readonly account: AccountFacts;
  /** How the person signed in. */
  readonly methods: readonly Amr[];
  /** What the anti-forgery values of this session's forms are bound to. */
  readonly binding: string;
}

export async function signedIn(ctx: Context, provider: Provider): Promise<SignedIn | undefined> {
  const session = await provider.Session.get(ctx);
  const account = session.accountId === undefined ? undefined : requestContext().cache.accounts.get(session.accountId);
  if (!account) return undefined;
  await speakAsAccount(ctx, account.locale);
  return { account, methods: knownMethods(session.amr), binding: session.uid };
}

/** The id of a new session. */
export const newSessionId = (): string => randomBytes(32).toString('base64url');

/** Starts a session under a new id, so that a planted session is worthless. */
export async function startSession(
  ctx: Context,
  provider: Provider,
  signIn: { account: { id: string }; verifiedAt: Date; methods: readonly Amr[] },
  id = newSessionId(),
): Promise<void> {
  const old = await provider.Session.get(ctx);
  if (old.accountId !== undefined) await old.destroy();
  const session = new provider.Session();
  session.jti = id;
  await saveSignIn(ctx, provider, session, signIn);
}

/**
 * Records in a person’s session that they have shown factors again, or another one. The session gets a new id, so that an id
 * which was stolen before gains nothing. Returns false if it has ended meanwhile.
 */
export async function renewSession(
  ctx: Context,
  provider: Provider,
  person: SignedIn,
  shown: { verifiedAt: Date; methods: readonly Amr[] },
): Promise<boolean> {
  const session = await readAgain(provider, person);
  if (!session) return false;
  await saveSignIn(ctx, provider, withNewId(session), { account: person.account, ...shown });
  return true;
}

/** Gives a person’s session a new id, and keeps how and when they signed in. Returns false if it has ended meanwhile. */
export async function rotateSession(ctx: Context, provider: Provider, person: SignedIn): Promise<boolean> {
  const session = await readAgain(provider, person);
  if (!session) return false;
  await withNewId(session).save(sessionLifetimeSeconds);
  setSessionCookie(ctx, provider, session.id);
  return true;
}

/** How a person’s session says that they signed in, after this request may have renewed it; undefined if it has ended. */
export async function methodsNow(provider: Provider, person: SignedIn): Promise<readonly Amr[] | undefined> {
  const session = await readAgain(provider, person);
  return session && knownMethods(session.amr);
}

type Session = InstanceType<Provider['Session']>;

/** By its uid, because this request may have given it a new id already. */
async function readAgain(provider: Provider, { account, binding }: SignedIn): Promise<Session | undefined> {
  requestContext().cache.payloads.delete(`Session ${binding}`);
  const session = await provider.Session.findByUid(binding);
  return session?.accountId === account.id ? session : undefined;
}

/** The adapter finds it by its uid. `resetIdentifier` would delete it first, which only the engine's own requests undo. */
function withNewId(session: Session): Session {
  session.jti = newSessionId();
  return session;
}

/**
 * Gives this browser the session that another request of it has started, as soon as it is stored. Returns false if it does not come, or
 * has ended.
 */
export async function joinSession(ctx: Context, provider: Provider, id: string): Promise<boolean> {
  for (let pauseMs = 25; pauseMs <= 800; pauseMs *= 2) {
    requestContext().cache.payloads.delete(`Session ${id}`);
    if ((await provider.Session.find(id))?.accountId !== undefined) {
      setSessionCookie(ctx, provider, id);
      return true;
    }
    await sleep(pauseMs);
  }
  return false;
}

async function saveSignIn(
  ctx: Context,
  provider: Provider,
  session: Session,
  { account, verifiedAt, methods }: { account: { id: string }; verifiedAt: Date; methods: readonly Amr[] },
): Promise<void> {
  const at = verifiedAt.getTime() / 1000;
  const { acr, amr } = assuranceOf(methods);
  requestContext().outcome.signIn = { accountId: account.id, verifiedAt: at };
  session.loginAccount({ accountId: account.id, loginTs: Math.floor(at), acr, amr: [...amr] });
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
