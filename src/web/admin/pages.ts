/**
 * The start of every admin page: the guard and, for a form, its anti-forgery value and a recent sign-in. There is no
 * other way in.
 */
import Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import type { WebDeps } from '../deps.ts';
import { field, readForm } from '../http/forms.ts';
import { readMultipart } from '../http/multipart.ts';
import { readFor } from '../http/reads.ts';
import { requireFresh, requireFreshVisit } from '../http/step-up.ts';
import { type Admin, requireAdmin } from './guard.ts';

export interface AdminPages {
  readonly router: Router;
  /** A page. */
  show(path: string, handle: (ctx: Context, admin: Admin) => Promise<void>): void;
  /** A page of lists or statistics, from a database that may be a few seconds behind (http/reads.ts). `handle` may run twice. */
  read(path: string, handle: (ctx: Context, admin: Admin, db: Db) => Promise<void>): void;
  /** A form that changes nothing, and whose content must not be in an address. */
  ask(path: string, handle: (ctx: Context, admin: Admin, form: URLSearchParams) => Promise<void>): void;
  /** A form that changes something. */
  change(path: string, handle: (ctx: Context, admin: Admin, form: URLSearchParams) => Promise<void>): void;
  /**
   * A page whose form has up to `maxBytes` that no other page may carry. So the sign-in must be recent before somebody fills it in;
   * if it is not any more when the form is sent, the form is asked for again.
   */
  paste(
    path: string,
    maxBytes: number,
    page: {
      show(ctx: Context, admin: Admin): void;
      change(ctx: Context, admin: Admin, form: URLSearchParams): Promise<void>;
    },
  ): void;
  /** A form that sends a file. */
  upload<Checked extends Upload>(
    path: string,
    file: UploadedFile<Checked>,
    handle: (ctx: Context, admin: Admin, checked: Checked) => Promise<void>,
  ): void;
}

interface Upload {
  readonly webp: Buffer;
}

interface UploadedFile<Checked extends Upload> {
  /** The name of the field. */
  readonly name: string;
  readonly maxBytes: number;
  /**
   * Returns it small enough to wait in a form while the password is asked for; undefined if the request has been
   * answered.
   */
  checked(ctx: Context, admin: Admin, file: Buffer): Promise<Checked | undefined>;
}

/** The maximum size of a form that has waited with its file in it. */
const maxWaitingBytes = 256 * 1024;

export function adminPages(deps: WebDeps): AdminPages {
  const router = new Router({ prefix: '/admin' });
  const show: AdminPages['show'] = (path, handle) =>
    void router.get(path, async (ctx) => {
      const admin = await requireAdmin(ctx, deps);
      if (admin) await handle(ctx, admin);
    });
  return {
    router,
    show,
    read: (path, handle) => show(path, (ctx, admin) => readFor(ctx, deps, (db) => handle(ctx, admin, db))),
    ask(path, handle) {
      router.post(path, async (ctx) => {
        const admin = await requireAdmin(ctx, deps);
        if (!admin) return;
        const form = await readForm(ctx);
        deps.csrf.check(form, admin.session);
        await handle(ctx, admin, form);
      });
    },
    paste(path, maxBytes, page) {
      router.get(path, async (ctx) => {
        const admin = await requireAdmin(ctx, deps);
        if (admin && (await requireFreshVisit(ctx, deps, admin.person, admin.standing))) page.show(ctx, admin);
      });
      router.post(path, async (ctx) => {
        const admin = await requireAdmin(ctx, deps);
        if (!admin) return;
        const form = await readForm(ctx, maxBytes);
        deps.csrf.check(form, admin.session);
        if (await requireFreshVisit(ctx, deps, admin.person, admin.standing)) await page.change(ctx, admin, form);
      });
    },
    change(path, handle) {
      router.post(path, async (ctx) => {
        const admin = await requireAdmin(ctx, deps);
        if (!admin) return;
        const form = await readForm(ctx);
        deps.csrf.check(form, admin.session);
        if (await requireFresh(ctx, deps, admin.person, form, admin.standing)) {
          await handle(ctx, admin, form).catch((error) => leadBack(ctx, error));
        }
      });
    },
    upload(path, { name, maxBytes, checked }, handle) {
      router.post(path, async (ctx) => {
        const admin = await requireAdmin(ctx, deps);
        if (!admin) return;
        const { form, file } = ctx.is('multipart/form-data')
          ? await readMultipart(ctx, maxBytes)
          : await readWaiting(ctx, name);
        deps.csrf.check(form, admin.session);
        const upload = await checked(ctx, admin, file);
        if (!upload) return;
        form.set(name, upload.webp.toString('base64url'));
        if (await requireFresh(ctx, deps, admin.person, form, admin.standing)) await handle(ctx, admin, upload);
      });
    },
  };
}

/** A conflict that no page explains leads back to what the form was about, as it is now. */
function leadBack({ path }: Context, error: unknown): never {
  if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
  const back = /^\/admin\/(?:(?:client|account)\/[^/]+|[^/]+)/.exec(path)?.[0] ?? '/admin';
  throw new AppError('conflict', error.message, { ...error.details, back });
}

async function readWaiting(ctx: Context, name: string): Promise<{ form: URLSearchParams; file: Buffer }> {
  const form = await readForm(ctx, maxWaitingBytes);
  return { form, file: Buffer.from(field(form, name), 'base64url') };
}

/** One parameter of the query, trimmed; undefined if it is missing, empty or repeated. */
export function queried(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name];
  return (typeof value === 'string' && value.trim()) || undefined;
}

/** The parameter, if it is one of `choices`. */
export function chosen<T extends string>(ctx: Context, name: string, choices: readonly T[]): T | undefined {
  const value = queried(ctx, name);
  return choices.find((choice) => choice === value);
}

/** The page number of a list; 1 for anything malformed. */
export function chosenPage(ctx: Context): number {
  const asked = queried(ctx, 'page') ?? '1';
  return /^[1-9]\d{0,4}$/.test(asked) ? Number(asked) : 1;
}
