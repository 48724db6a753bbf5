/** A forgotten password: the form that asks for a link, and the form that the link leads to. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { resetPage, resetSentPage } from '../../../views/links/reset.ts';
import { resetNewPage } from '../../../views/links/reset-new.ts';
import { AppError } from '../../errors.ts';
import { queueLimitedMail } from '../../operations/mail.ts';
import { resetPassword } from '../../operations/recovery.ts';
import { normaliseEmail } from '../../policy/emails.ts';
import { findLink } from '../../store/account-links.ts';
import { countMailRequest } from '../../store/mail-requests.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, writeCookie } from '../http/cookies.ts';
import { knownDevice, rememberDevice } from '../http/device.ts';
import { field, readForm } from '../http/forms.ts';
import { seeOther } from '../http/see-other.ts';
import { startSession } from '../http/session.ts';
import { followedToken, followLink, forgetToken, originOf, showEnded } from './token.ts';

/** The address that the person typed, for the page that says that a mail may come. */
const sentTo = 'reset_sent';

export function resetPages(router: Router, deps: WebDeps): void {
  const { csrf, db, engine } = deps;
  const binding = (ctx: Context) => `reset ${csrf.anonymousBinding(ctx)}`;
  const newBinding = (ctx: Context, token: string) => `reset-new ${token} ${csrf.anonymousBinding(ctx)}`;

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

  router.get('/reset/new', async (ctx) => {
    const token = followedToken(ctx, 'reset');
    const link = token === undefined ? undefined : await findLink(db, 'reset', token);
    if (token === undefined || !link) return showEnded(ctx, 'reset');
    ctx.body = resetNewPage({ csrf: csrf.token(newBinding(ctx, token)), email: link.address });
  });

  router.post('/reset/new', async (ctx) => {
    const form = await readForm(ctx);
    const token = followedToken(ctx, 'reset');
    if (token === undefined) return showEnded(ctx, 'reset');
    csrf.check(form, newBinding(ctx, token));
    const result = await resetPassword(deps, token, field(form, 'new_password'), originOf(ctx));
    if ('problem' in result) {
      if (result.problem === 'ended') return showEnded(ctx, 'reset');
      ctx.status = 422;
      const { address: email = '' } = (await findLink(db, 'reset', token)) ?? {};
      ctx.body = resetNewPage({ csrf: csrf.token(newBinding(ctx, token)), email, wrong: result.wrong });
      return;
    }
    forgetToken(ctx);
    rememberDevice(ctx, result.account.email);
    await startSession(ctx, engine.provider(), result);
    writeCookie(ctx, 'password_changed', 'yes', { maxAgeMs: 60_000 });
    seeOther(ctx, '/account/security');
  });

  followLink(router, 'reset', '/reset/new');
}

/** Queues the mail, whether or not the address has an account: that is decided when it is sent. */
async function ask(ctx: Context, { config, db }: WebDeps, to: string): Promise<void> {
  const waitSeconds = config.rateLimits ? await countMailRequest(db, ctx.ip) : undefined;
  if (waitSeconds !== undefined) {
    throw new AppError('throttled', 'Too many mails were asked for from this address', {
      retryAfterSeconds: waitSeconds,
    });
  }
  const facts = { at: new Date().toISOString(), ip: ctx.ip };
  const mail = { kind: 'reset_password', to, facts } as const;
  await db.transaction((trx) => queueLimitedMail(trx, mail, knownDevice(ctx, to), !config.rateLimits));
}
