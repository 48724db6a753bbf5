/**
 * The start of every page about the owner's apps: a page of the person's account whose forms need a recent sign-in. The
 * operations check who owns the app; for everybody else it does not exist.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import type { Owned } from '../../operations/own-clients.ts';
import type { WebDeps } from '../deps.ts';
import { requireFresh } from '../http/step-up.ts';
import { type Owner, type PersonPages, personPages } from './person-pages.ts';

type Params = Context & { params?: Record<string, string> };

/** Forms ask for the factors of the account again if they were shown more than ten minutes ago. */
export function ownPages(router: Router, deps: WebDeps): PersonPages {
  const { show, read, change } = personPages(router, deps);
  return {
    show,
    read,
    change(path, handle) {
      change(path, async (ctx, owner, form) => {
        if (!(await requireFresh(ctx, deps, owner.person, form))) return;
        await handle(ctx, owner, form).catch((error) => leadBack(ctx, error));
      });
    },
  };
}

/** An admin may suspend or decide about the app while a form is open. The page of the error leads back to the app as it is now. */
function leadBack(ctx: Params, error: unknown): never {
  const clientId = ctx.params?.id;
  if (!(error instanceof AppError && clientId && ['conflict', 'forbidden'].includes(error.kind))) throw error;
  throw new AppError('conflict', error.message, { ...error.details, back: pathOf(clientId) });
}

/** The app that the address names, with the signed-in person as its owner. */
export function ownedBy(owner: Owner, ctx: Params): Owned {
  return { accountId: owner.id, clientId: ctx.params?.id as string };
}

export const pathOf = (clientId: string): string => `/account/your-apps/${encodeURIComponent(clientId)}`;
