/**
 * Access to the admin pages: the account must have the role now, whatever it had at sign-in, and this session must have shown
 * two factors that still count. An admin without a second step sets one up first. For everybody else who is signed in these pages do not exist.
 */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import type { Actor } from '../../operations/actor.ts';
import { acrValues, assuranceOf, meets } from '../../policy/assurance.ts';
import { keepsSecondFactor } from '../../policy/second-step.ts';
import { findSessionStanding, type SessionStanding } from '../../store/session-standing.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { seeOther } from '../http/see-other.ts';
import { type SignedIn, signedIn } from '../http/session.ts';
import { confirmAddress, enrolAddress } from '../http/step-up.ts';

export interface Admin {
  readonly id: string;
  readonly email: string;
  readonly actor: Actor;
  /** The session that anti-forgery values are bound to. */
  readonly session: string;
  /** The anti-forgery value for the forms of a page. */
  readonly csrf: string;
  readonly person: SignedIn;
  readonly standing: SessionStanding;
}

/**
 * The admin; anybody who is not signed in, or not well enough, is sent to do so and comes back. @throws AppError not_found for everybody
 * else
 */
export async function requireAdmin(ctx: Context, { db, csrf, engine }: WebDeps): Promise<Admin | undefined> {
  const person = await signedIn(ctx, engine.provider());
  if (!person) {
    const back = ctx.method === 'POST' ? '/admin' : ctx.url;
    seeOther(ctx, `/sign-in?next=${encodeURIComponent(back)}`);
    return undefined;
  }
  const { account, binding } = person;
  const standing = await findSessionStanding(db, binding);
  if (standing?.role !== 'admin') throw new AppError('not_found', 'There is nothing at this address');
  const { factors } = standing;
  if (!meets(assuranceOf(person.methods).acr, acrValues[1]) || !keepsSecondFactor(person.methods, factors)) {
    const back = ctx.method === 'POST' ? '/admin' : ctx.url;
    seeOther(ctx, factors.totp || factors.passkeys ? confirmAddress(back) : enrolAddress(back));
    return undefined;
  }
  return {
    id: account.id,
    email: account.email,
    actor: { ...actorOf(ctx, `account:${account.id}`), powers: 'everything' },
    session: binding,
    csrf: csrf.token(binding),
    person,
    standing,
  };
}
