/** A forgotten password: the form that asks for a link, and the form that the link leads to. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { resetPage, resetSentPage } from '../../../views/links/reset.ts';
import { type ResetProblem, resetNewPage } from '../../../views/links/reset-new.ts';
import { AppError } from '../../errors.ts';
import { occasionOf, queueLimitedMail } from '../../operations/mail.ts';
import { type LinkEnded, type Reset, resetPassword } from '../../operations/recovery.ts';
import { normaliseEmail } from '../../policy/emails.ts';
import { findLink } from '../../store/account-links.ts';
import { countMailRequest } from '../../store/mail-requests.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, writeCookie } from '../http/cookies.ts';
import { knownDevice } from '../http/device.ts';
import { field, readForm } from '../http/forms.ts';
import { seeOther } from '../http/see-other.ts';
import { goOnAfterReset } from './after-reset.ts';
import { followedToken, followLink, forgetToken, originOf, showEnded } from './token.ts';

/** The address that the person typed, for the page that says that a mail may come. */
const sentTo = 'reset_sent';

export function resetPages(router: Router, deps: WebDeps): void {
  const { csrf } = deps;
  const binding = (ctx: Context) => `reset ${csrf.anonymousBinding(ctx)}`;

  router.get('/reset', (ctx) => {
    ctx.body = resetPage({ csrf: csrf.token(binding(ctx)) });
  });

  router.post('/reset', async (ctx) => {
    const form = await readForm(ctx);
    csrf.check(form, binding(ctx));
    const typed = field(form, 'email');
    const email = normaliseEmail(typed);
    if (email === undefined) {
      ctx.status = 422;
      ctx.body = resetPage({ csrf: csrf.token(binding(ctx)), email: typed, wrong: true });
      return;
    }
    await ask(ctx, deps, email);
    writeCookie(ctx, sentTo, encodeURIComponent(email), { maxAgeMs: 10 * 60_000 });
    seeOther(ctx, '/reset/sent');
  });

  router.get('/reset/sent', (ctx) => {
    const email = readCookie(ctx, sentTo);
    if (email === undefined) return seeOther(ctx, '/reset');
    ctx.body = resetSentPage({ csrf: csrf.token(binding(ctx)), email: decodeURIComponent(email) });
  });

  newPasswordPages(router, deps);
  followLink(router, 'reset', '/reset/new');
}

/** The form that the link leads to. */
function newPasswordPages(router: Router, deps: WebDeps): void {
  const { csrf, db } = deps;
  const newBinding = (ctx: Context, token: string) => `reset-new ${token} ${csrf.anonymousBinding(ctx)}`;

  /** The form, with what was wrong with the one that was sent; undefined if the link has ended. */
  const newPage = async (ctx: Context, token: string, problem?: ResetProblem) => {
    const link = await findLink(db, 'reset', token);
    if (!link?.accountId) return undefined;
    const { address: email, factors } = link;
    return resetNewPage({ csrf: csrf.token(newBinding(ctx, token)), email, secondStep: factors.totp, problem });
  };

  router.get('/reset/new', async (ctx) => {
    const token = followedToken(ctx, 'reset');
    const page = token === undefined ? undefined : await newPage(ctx, token);
    if (page === undefined) return showEnded(ctx, 'reset');
    ctx.body = page;
  });

  router.post('/reset/new', async (ctx) => {
    const form = await readForm(ctx);
    const token = followedToken(ctx, 'reset');
    if (token === undefined) return showEnded(ctx, 'reset');
    csrf.check(form, newBinding(ctx, token));
    const deviceFor = (email: string) => knownDevice(ctx, email);
    const sent = { password: field(form, 'new_password'), code: field(form, 'otp'), deviceFor };
    const result = await resetPassword(deps, token, sent, originOf(ctx));
    if ('problem' in result) {
      const page = result.problem === 'ended' ? undefined : await newPage(ctx, token, problemOf(ctx, result));
      if (page === undefined) return showEnded(ctx, 'reset');
      ctx.body = page;
      return;
    }
    forgetToken(ctx);
    await goOnAfterReset(ctx, deps, result);
  });
}

/** Sets the status, and returns what the form says. */
function problemOf(ctx: Context, result: Exclude<Extract<Reset, { problem: string }>, LinkEnded>): ResetProblem {
  ctx.status = result.problem === 'throttled' ? 429 : 422;
  if (result.problem === 'refused') return { kind: 'password', wrong: result.wrong };
  if (result.problem === 'mismatch') return { kind: 'code' };
  ctx.set('Retry-After', String(result.retryAfterSeconds));
  return { kind: 'throttled', retryAfterSeconds: result.retryAfterSeconds };
}

/** Queues the mail, whether or not the address has an account: that is decided when it is sent. */
async function ask(ctx: Context, { config, db }: WebDeps, to: string): Promise<void> {
  const waitSeconds = config.rateLimits ? await countMailRequest(db, ctx.ip) : undefined;
  if (waitSeconds !== undefined) {
    throw new AppError('throttled', 'Too many mails were asked for from this address', {
      retryAfterSeconds: waitSeconds,
    });
  }
  const facts = occasionOf(originOf(ctx));
  const mail = { kind: 'reset_password', to, facts } as const;
  await db.transaction((trx) => queueLimitedMail(trx, mail, knownDevice(ctx, to), !config.rateLimits));
}
