/**
 * The start of every page about the owner's apps: the person is signed in and, for a form, the anti-forgery value is
 * checked and the sign-in is recent. The operations check who owns the app; for everybody else it does not exist.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Actor } from '../../operations/actor.ts';
import type { Owned } from '../../operations/own-clients.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import type { SignedIn } from '../http/session.ts';
import { requireFresh } from '../http/step-up.ts';

export interface Builder {
  readonly id: string;
  readonly email: string;
  readonly admin: boolean;
  /** The anti-forgery value for the forms of a page. */
  readonly csrf: string;
  readonly actor: Actor;
}

type Params = Context & { params?: Record<string, string> };

export interface OwnPages {
  show(path: string, handle: (ctx: Context, builder: Builder) => Promise<void>): void;
  /** A form that changes something. It asks for the factors of the account again if they were shown more than ten minutes ago. */
  change(path: string, handle: (ctx: Context, builder: Builder, form: URLSearchParams) => Promise<void>): void;
}

export function ownPages(router: Router, deps: WebDeps): OwnPages {
  const { csrf, engine } = deps;

  async function builderOf(ctx: Context): Promise<(Builder & { readonly person: SignedIn }) | undefined> {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return undefined;
    const { account, binding } = person;
    return {
      id: account.id,
      email: account.email,
      admin: account.role === 'admin',
      csrf: csrf.token(binding),
      actor: actorOf(ctx, `account:${account.id}`),
      person,
    };
  }

  return {
    show(path, handle) {
      router.get(path, async (ctx) => {
        const builder = await builderOf(ctx);
        if (builder) await handle(ctx, builder);
      });
    },
    change(path, handle) {
      router.post(path, async (ctx) => {
        const builder = await builderOf(ctx);
        if (!builder) return;
        const form = await readForm(ctx);
        csrf.check(form, builder.person.binding);
        if (await requireFresh(ctx, deps, builder.person, form)) await handle(ctx, builder, form);
      });
    },
  };
}

/** The app that the address names, with the signed-in person as its owner. */
export function ownedBy(builder: Builder, ctx: Params): Owned {
  return { accountId: builder.id, clientId: ctx.params?.id as string };
}

export const pathOf = (clientId: string): string => `/account/your-apps/${encodeURIComponent(clientId)}`;
