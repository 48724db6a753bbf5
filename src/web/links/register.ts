/** People who have no account ask for a link to make one. What depends on the address is decided when the mail is sent. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { registerPage, registerSentPage, registrationClosedPage } from '../../../views/links/register.ts';
import { occasionOf, queueLimitedMail } from '../../operations/mail.ts';
import { normaliseEmail } from '../../policy/emails.ts';
import { isOpen } from '../../policy/registration.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, writeCookie } from '../http/cookies.ts';
import { knownDevice } from '../http/device.ts';
import { field, readForm } from '../http/forms.ts';
import { localPath } from '../http/local-path.ts';
import { keepRegistrationPlace, type RegistrationPlace, registrationPlace } from '../http/registration-place.ts';
import { seeOther } from '../http/see-other.ts';
import { limitMailForms } from './limit.ts';
import { originOf } from './token.ts';

/** The address that the person typed, for the page that says that a mail comes. */
const sentTo = 'register_sent';

export function registerPages(router: Router, deps: WebDeps): void {
  const { csrf, config } = deps;
  const binding = (ctx: Context) => `register ${csrf.anonymousBinding(ctx)}`;
  const page = (ctx: Context, place: RegistrationPlace, typed?: string) =>
    registerPage({
      csrf: csrf.token(binding(ctx)),
      back: signInOf(place),
      ...(typed !== undefined && { wrong: typed }),
    });

  router.get('/register', (ctx) => {
    if (!isOpen(config.registration)) return showClosed(ctx);
    const asked = ctx.query.next === undefined ? undefined : { next: localPath(ctx.query.next) };
    if (asked) keepRegistrationPlace(ctx, asked);
    ctx.body = page(ctx, asked ?? registrationPlace(ctx));
  });

  router.post('/register', async (ctx) => {
    const form = await readForm(ctx);
    if (!isOpen(config.registration)) return showClosed(ctx);
    csrf.check(form, binding(ctx));
    const typed = field(form, 'email');
    const email = normaliseEmail(typed);
    if (email === undefined) {
      ctx.status = 422;
      ctx.body = page(ctx, registrationPlace(ctx), typed);
      return;
    }
    await ask(ctx, deps, email);
    writeCookie(ctx, sentTo, encodeURIComponent(email), { maxAgeMs: 10 * 60_000 });
    seeOther(ctx, '/register/sent');
  });

  router.get('/register/sent', (ctx) => {
    const email = readCookie(ctx, sentTo);
    if (email === undefined) return seeOther(ctx, '/register');
    ctx.body = registerSentPage({ csrf: csrf.token(binding(ctx)), email: decodeURIComponent(email) });
  });
}

/** The sign-in page from which the person came. */
const signInOf = (place: RegistrationPlace): string =>
  'interaction' in place ? `/interaction/${place.interaction}` : `/sign-in?next=${encodeURIComponent(place.next)}`;

export function showClosed(ctx: Context): void {
  ctx.status = 403;
  ctx.body = registrationClosedPage();
}

async function ask(ctx: Context, deps: WebDeps, to: string): Promise<void> {
  await limitMailForms(ctx, deps);
  const { config, db } = deps;
  const mail = { kind: 'registration', to, facts: occasionOf(originOf(ctx)) } as const;
  await db.transaction((trx) => queueLimitedMail(trx, mail, knownDevice(ctx, to), !config.rateLimits));
}
