/**
 * What follows the first factor of a sign-in, whichever it was. Every way in calls `continueSignIn`: it decides whether the
 * person is signed in, shows a second factor, or sets one up. Until the sign-in is finished there is no session and no answer
 * for the app, only an attempt that belongs to this browser (attempts.ts).
 */
import type { Context } from 'koa';
import { callText } from '../../../views/app-identity.ts';
import type { Config } from '../../config/index.ts';
import { clientView } from '../../oidc/hooks/client-view.ts';
import { interactionKey } from '../../oidc/interaction-key.ts';
import type { Amr } from '../../policy/assurance.ts';
import { demandedAcr, type Factors, type NextStep, nextStep } from '../../policy/second-step.ts';
import { isSignedInFor } from '../../store/interactions.ts';
import { findFactors } from '../../store/second-step.ts';
import { finishSignInAttempt } from '../../store/sign-in-attempts.ts';
import type { WebDeps } from '../deps.ts';
import { writeCookie } from '../http/cookies.ts';
import { rememberDevice } from '../http/device.ts';
import { localPath } from '../http/local-path.ts';
import { seeOther } from '../http/see-other.ts';
import { joinSession, newSessionId, startSession } from '../http/session.ts';
import { addressOf } from '../http/sign-in-address.ts';
import { sourceOf } from '../http/sign-in-source.ts';
import { createCurrentInteraction, type Interaction } from '../oauth/interaction/current.ts';
import { loginResult, notMerged } from '../oauth/interaction/login.ts';
import { type Attempt, beginAttempt, currentAttempt, findLeft, leftSession } from './attempts.ts';

export interface FirstFactor {
  readonly account: { readonly id: string };
  /** The methods that the person has just shown. */
  readonly methods: readonly Amr[];
  /** When they were verified, by the database's clock. */
  readonly verifiedAt: Date;
  /** The uid of the authorization that the person signs in for; undefined on our own pages. */
  readonly interaction?: string | undefined;
  /** Where our own pages lead afterwards. */
  readonly next?: string | undefined;
  /** What the account has, if that was read. */
  readonly factors?: Factors | undefined;
}

/** Where a sign-in takes place: the pages of an authorization, or our own. */
export interface SignInPlace {
  readonly interaction: Interaction | undefined;
  readonly next: string;
}

/** The next step of a sign-in at this place. */
export function stepAt(
  { accountMfa }: Config,
  place: Pick<SignInPlace, 'interaction'>,
  { methods, factors }: { methods: readonly Amr[]; factors: Factors },
): NextStep {
  const everyone = accountMfa === 'required';
  return nextStep(methods, factors, demandedAcr({ everyone, acrValues: place.interaction?.params.acr_values }));
}

/** Answers the request. */
export async function continueSignIn(ctx: Context, deps: WebDeps, first: FirstFactor): Promise<void> {
  const { account, methods, verifiedAt, interaction: uid } = first;
  const factors = first.factors ?? (await findFactors(deps.db, account.id));
  if (!factors) return signInAnew(ctx, uid, first.next);
  await beginAttempt(ctx, deps.db, { accountId: account.id, methods, verifiedAt, interaction: uid });
  // The cookies of an authorization come only to its own pages, so from anywhere else these have to go on.
  if (uid !== undefined && !ctx.path.startsWith(`/interaction/${uid}/`)) {
    return seeOther(ctx, addressOf('second-step', uid, first.next));
  }
  const interaction = uid === undefined ? undefined : await createCurrentInteraction(deps).load(ctx);
  const place = { interaction, next: localPath(first.next) };
  const step = stepAt(deps.config, place, { methods, factors });
  if (step !== 'done') return seeOther(ctx, addressOf(step, uid, first.next));
  const attempt = await currentAttempt(ctx, deps.db, uid);
  if (!attempt) return signInAnew(ctx, uid, first.next);
  await finishSignIn(ctx, deps, place, attempt);
}

/** Signs the person of an attempt in, with all methods that the attempt has. Answers the request. */
export async function finishSignIn(ctx: Context, deps: WebDeps, place: SignInPlace, attempt: Attempt): Promise<void> {
  const { account, methods, idHash } = attempt;
  const ending = { idHash, accountId: account.id, methods };
  const { interaction, next } = place;
  if (!interaction) {
    const id = newSessionId();
    const left = leftSession(ctx, deps.sealer, id);
    const verifiedAt = await finishSignInAttempt(deps.db, ending, await sourceOf(ctx, account.email), left);
    if (!verifiedAt) return goElsewhere(ctx, deps, place);
    rememberDevice(ctx, account.email);
    deps.signIns.finished(methods);
    await startSession(ctx, deps.engine.provider(), { account, verifiedAt, methods }, id);
    return seeOther(ctx, next);
  }
  const current = createCurrentInteraction(deps);
  const prepared = await current.prepare(ctx, loginResult(interaction, account.id, methods), notMerged);
  const source = await sourceOf(ctx, account.email, callText(clientView(await current.clientOf(interaction))));
  if (!(await finishSignInAttempt(deps.db, ending, source, prepared))) return goElsewhere(ctx, deps, place);
  rememberDevice(ctx, account.email);
  deps.signIns.finished(methods);
  prepared.leave();
}

/**
 * The attempt is over: another request of this browser has finished it, or it was too late. The browser may have cancelled the answer of
 * that other request, and with it the cookie of the session, so this answer has it too.
 */
export async function goElsewhere(ctx: Context, deps: WebDeps, { interaction, next }: SignInPlace): Promise<void> {
  const key = interaction && interactionKey(interaction.uid);
  if (key && (await isSignedInFor(deps.db, key))) return seeOther(ctx, interaction.returnTo);
  const id = interaction ? undefined : await findLeft(ctx, deps.db, deps.sealer);
  if (id !== undefined && (await joinSession(ctx, deps.engine.provider(), id))) return seeOther(ctx, next);
  signInAnew(ctx, interaction?.uid, next);
}

/** Sends the person back to the first step, whose page says that the sign-in took too long. */
function signInAnew(ctx: Context, uid: string | undefined, next?: string): void {
  writeCookie(ctx, 'late', 'yes', { maxAgeMs: 60_000 });
  seeOther(ctx, uid === undefined ? `/sign-in?next=${encodeURIComponent(localPath(next))}` : `/interaction/${uid}`);
}
