/**
 * Access to the admin pages: the account must have the role now, whatever it had at sign-in. For everybody else who is
 * signed in these pages do not exist.
 */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import type { Actor } from '../../operations/actor.ts';
import { findAdminSession } from '../../store/admin-sessions.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { seeOther } from '../http/see-other.ts';
import { signedIn } from '../http/session.ts';

export interface Admin {
  readonly id: string;
  readonly email: string;
  readonly actor: Actor;
  /** The session that anti-forgery values are bound to. */
  readonly session: string;
  /** The anti-forgery value for the forms of a page. */
  readonly csrf: string;
  /** How long ago the password was typed. */
  readonly ageSeconds: number;
}

/** The admin; anybody who is not signed in is sent to do so and comes back. Throws `not_found` for everybody else. */
export async function requireAdmin(ctx: Context, { db, csrf, engine }: WebDeps): Promise<Admin | undefined> {
  const person = await signedIn(ctx, engine.provider());
  if (!person) {
    const back = ctx.method === 'POST' ? '/admin' : ctx.url;
    seeOther(ctx, `/sign-in?next=${encodeURIComponent(back)}`);
    return undefined;
  }
  const { account, binding } = person;
  const session = await findAdminSession(db, binding);
  if (session?.role !== 'admin') throw new AppError('not_found', 'There is nothing at this address');
  return {
    id: account.id,
    email: account.email,
    actor: { ...actorOf(ctx, `account:${account.id}`), powers: 'everything' },
    session: binding,
    csrf: csrf.token(binding),
    ageSeconds: session.ageSeconds,
  };
}
