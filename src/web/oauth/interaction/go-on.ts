/**
 * An authorization that asks for a second step, from somebody who is signed in without one. The person stays who they are, and
 * goes on with what their session has shown.
 */
import type { Context } from 'koa';
import { onlyTooWeak } from '../../../oidc/hooks/prompts.ts';
import { namesAnother } from '../../../policy/hints.ts';
import { freshSeconds, mayHaveShownNothing } from '../../../policy/second-step.ts';
import type { AccountFacts } from '../../../store/account-facts.ts';
import { findSessionStanding } from '../../../store/session-standing.ts';
import type { WebDeps } from '../../deps.ts';
import { signedIn } from '../../http/session.ts';
import { continueSignIn, stepAt } from '../../sign-in/continue.ts';
import type { Interaction } from './current.ts';

/**
 * Answers the request if the session is enough of a first factor; returns false if the person has to sign in. A second
 * step is set up only a short time after a sign-in: otherwise anybody could add one of their own in a browser that was left open.
 */
export async function goOnFromSession(ctx: Context, deps: WebDeps, interaction: Interaction): Promise<boolean> {
  const { session, prompt, params, uid } = interaction;
  if (!session || !onlyTooWeak(prompt)) return false;
  const person = await signedIn(ctx, deps.engine.provider());
  if (!person || person.binding !== session.uid) return false;
  if (mayMeanAnother(params, person.account)) return false;
  const standing = await findSessionStanding(deps.db, person.binding);
  if (!standing) return false;
  const { factors, ageSeconds, signedInAt: verifiedAt } = standing;
  const { account, methods } = person;
  const stale = ageSeconds > freshSeconds || mayHaveShownNothing(methods);
  if (stale && stepAt(deps.config, { interaction }, { methods, factors }) === 'enrol') return false;
  await continueSignIn(ctx, deps, { account, methods, verifiedAt, factors, interaction: uid });
  return true;
}

/** Whether the app asks for another account, or which one: then the sign-in page is where the person says that. */
function mayMeanAnother(params: Interaction['params'], account: AccountFacts): boolean {
  const { login_hint: hint, prompt } = params;
  const prompts = String(prompt ?? '').split(' ');
  if (prompts.includes('select_account')) return true;
  return typeof hint === 'string' && namesAnother(hint, account);
}

/** Whether the person of this interaction began it signed in, and is only asked for more. */
export function asksForMore({ session, prompt }: Interaction): boolean {
  return session !== undefined && onlyTooWeak(prompt);
}
