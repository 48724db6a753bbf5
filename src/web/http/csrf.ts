/**
 * Anti-forgery values of forms: a MAC over what only this browser holds (its secret, or its session) and the purpose of
 * the form. Nothing is stored, and the value of one form does not work for another.
 */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import type { Sealer } from '../../store/sealer.ts';
import { browserSecret, ensureBrowserSecret } from './browser.ts';
import { keepsNoCookies } from './cookies.ts';

export interface Csrf {
  token(binding: string): string;
  /** @throws AppError forbidden unless the form carries the value for `binding` */
  check(form: URLSearchParams, binding: string): void;
  /** The binding of a browser in which nobody is signed in: its secret. @throws AppError forbidden for a form without one */
  anonymousBinding(ctx: Context): string;
}

export function createCsrf(sealer: Sealer): Csrf {
  return {
    token: (binding) => sealer.mac('csrf', binding).toString('base64url'),
    check(form, binding) {
      const sent = Buffer.from(form.get('csrf') ?? '', 'base64url');
      if (sent.length === 32 && sealer.verifyMac('csrf', binding, sent)) return;
      throw foreignForm();
    },
    anonymousBinding(ctx) {
      // A form of another site brings no cookie. A new one would replace the cookie of the person's own open page.
      const secret = ctx.method === 'POST' ? browserSecret(ctx) : ensureBrowserSecret(ctx);
      if (!secret) throw keepsNoCookies(ctx) ? noCookies('forbidden') : foreignForm();
      return secret;
    },
  };
}

/** Makes the page say that the browser keeps no cookies. */
export function noCookies(kind: 'forbidden' | 'expired'): AppError {
  return new AppError(kind, 'The browser sent no cookie', { page: 'cookies' });
}

function foreignForm(): AppError {
  return new AppError('forbidden', 'This form was not sent from its own page');
}
