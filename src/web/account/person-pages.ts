/**
 * The start of every page of a person's own account: the person is signed in and, for a form, the anti-forgery value is
 * checked.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Actor } from '../../operations/actor.ts';
import type { Db } from '../../store/database.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { readFor } from '../http/reads.ts';
import type { SignedIn } from '../http/session.ts';

export interface Owner {
  readonly id: string;
  readonly email: string;
  readonly admin: boolean;
  /** The anti-forgery value for the forms of a page. */
  readonly csrf: string;
  readonly actor: Actor;
  /** The public id of the session that asks. */
  readonly session: string;
  readonly person: SignedIn;
}

export interface PersonPages {
  show(path: string, handle: (ctx: Context, owner: Owner) => Promise<void>): void;
  /** A page of lists, from a database that may be a few seconds behind (http/reads.ts). `handle` may run twice. */
  read(path: string, handle: (ctx: Context, owner: Owner, db: Db) => Promise<void>): void;
  /** A form that changes something. */
  change(path: string, handle: (ctx: Context, owner: Owner, form: URLSearchParams) => Promise<void>): void;
}

/** Paths are below `/account`. */
export function personPages(router: Router, { csrf, engine, reads }: WebDeps): PersonPages {
  async function ownerOf(ctx: Context): Promise<Owner | undefined> {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return undefined;
    const { account, binding } = person;
    return {
      id: account.id,
      email: account.email,
      admin: account.role === 'admin',
      csrf: csrf.token(binding),
      actor: actorOf(ctx, `account:${account.id}`),
      session: binding,
      person,
    };
  }

  const show: PersonPages['show'] = (path, handle) => {
    router.get(path, async (ctx) => {
      const owner = await ownerOf(ctx);
      if (owner) await handle(ctx, owner);
    });
  };

  return {
    show,
    read: (path, handle) => show(path, (ctx, owner) => readFor(ctx, { reads }, (db) => handle(ctx, owner, db))),
    change(path, handle) {
      router.post(path, async (ctx) => {
        const owner = await ownerOf(ctx);
        if (!owner) return;
        const form = await readForm(ctx);
        csrf.check(form, owner.session);
        await handle(ctx, owner, form);
      });
    },
  };
}
