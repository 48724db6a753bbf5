/**
 * Anti-forgery values of forms: a MAC over what only this browser holds (the id of its interaction, session or a cookie
 * of its own) and what the form does. Nothing is stored, and one form's value is no other's.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { AppError } from '../errors.ts';
import type { Vault } from '../store/vault.ts';
import { readCookie, writeCookie } from './cookies.ts';

export interface Csrf {
  token(binding: string): string;
  /** Throws `forbidden` unless the form carries the value for `binding`. */
  check(form: URLSearchParams, binding: string): void;
  /** The binding of a browser that is not signed in: a cookie that lives as long as the browser's session. */
  anonymousBinding(ctx: Context): string;
}

const cookieName = 'form';

export function createCsrf(vault: Vault): Csrf {
  return {
    token: (binding) => vault.mac('csrf', binding).toString('base64url'),
    check(form, binding) {
      const sent = Buffer.from(form.get('csrf') ?? '', 'base64url');
      if (sent.length === 32 && vault.verifyMac('csrf', binding, sent)) return;
      throw foreignForm();
    },
    anonymousBinding(ctx) {
      const known = readCookie(ctx, cookieName);
      if (known) return known;
      // A form that another site sent brings no cookie; a new one would replace that of the person's own open page.
      if (ctx.method === 'POST') throw foreignForm();
      const fresh = randomBytes(16).toString('base64url');
      writeCookie(ctx, cookieName, fresh);
      return fresh;
    },
  };
}

function foreignForm(): AppError {
  return new AppError('forbidden', 'This form was not sent from its own page');
}
