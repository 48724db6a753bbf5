/** How every admin page begins: the guard, and for a form its anti-forgery value and a recent sign-in. There is no other way in. */
import Router from '@koa/router';
import type { Context } from 'koa';
import type { WebDeps } from '../deps.ts';
import { readForm } from '../forms.ts';
import { isConfirmed } from './confirmation.ts';
import { type Admin, requireAdmin } from './guard.ts';

export interface AdminPages {
  readonly router: Router;
  /** A page. */
  show(path: string, handle: (ctx: Context, admin: Admin) => Promise<void>): void;
  /** A form that changes something. */
  change(path: string, handle: (ctx: Context, admin: Admin, form: URLSearchParams) => Promise<void>): void;
}

export function adminPages(deps: WebDeps): AdminPages {
  const router = new Router({ prefix: '/admin' });
  return {
    router,
    show(path, handle) {
      router.get(path, async (ctx) => {
        const admin = await requireAdmin(ctx, deps);
        if (admin) await handle(ctx, admin);
      });
    },
    change(path, handle) {
      router.post(path, async (ctx) => {
        const admin = await requireAdmin(ctx, deps);
        if (!admin) return;
        const form = await readForm(ctx);
        deps.csrf.check(form, admin.session);
        if (await isConfirmed(ctx, deps, admin, form)) await handle(ctx, admin, form);
      });
    },
  };
}

/** One parameter of the query, trimmed; undefined when it is missing, empty or there twice. */
export function queried(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name];
  return (typeof value === 'string' && value.trim()) || undefined;
}

/** The parameter when it is one of `choices`. */
export function chosen<T extends string>(ctx: Context, name: string, choices: readonly T[]): T | undefined {
  const value = queried(ctx, name);
  return choices.find((choice) => choice === value);
}
