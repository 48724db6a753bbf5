/** The address of somebody who is signed in: confirming it, and moving to another one. Both go by a link in a mail. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import { occasionOf, queueLimitedMail } from '../../operations/mail.ts';
import { normaliseEmail } from '../../policy/emails.ts';
import type { Mail } from '../../policy/mails.ts';
import { countMailRequestOfAccount } from '../../store/mail-requests.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { writeCookie } from '../http/cookies.ts';
import { field, readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { seeOther } from '../http/see-other.ts';
import { requireFresh } from '../http/step-up.ts';
import { addressOf } from './address-section.ts';
import { securityPage } from './security.ts';

/** Adds the routes of this section to those of the account. */
export function addressPages(router: Router, deps: WebDeps): void {
  const { csrf, engine } = deps;

  router.post('/security/address/verify', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    csrf.check(await readForm(ctx), person.binding);
    const { id, email } = person.account;
    if (!person.account.email_verified) {
      await send(deps, { kind: 'verify_address', to: email, accountId: id, facts: occasion(ctx, id) });
    }
    done(ctx);
  });

  router.post('/security/address', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const form = await readForm(ctx);
    csrf.check(form, person.binding);
    const typed = field(form, 'email');
    const to = normaliseEmail(typed);
    const { id, email: from } = person.account;
    if (to === undefined || to === from) {
      ctx.status = 422;
      const address = addressOf(deps, person, { problem: to === undefined ? 'shape' : 'same', typed });
      ctx.body = await securityPage(ctx, deps, person, { address });
      return;
    }
    if (!(await requireFresh(ctx, deps, person, form))) return;
    const facts = { ...occasion(ctx, id), from };
    await send(deps, { kind: 'address_change_requested', to, accountId: id, facts });
    done(ctx);
  });
}

const occasion = (ctx: Context, id: string) => occasionOf(actorOf(ctx, `account:${id}`));

/** An account sends few: otherwise its owner could have us write to any number of strangers. */
async function send({ config, db }: WebDeps, mail: Mail & { readonly accountId: string }): Promise<void> {
  const waitSeconds = config.rateLimits ? await countMailRequestOfAccount(db, mail.accountId) : undefined;
  if (waitSeconds !== undefined) throw tooMany(waitSeconds);
  const queued = await db.transaction((trx) => queueLimitedMail(trx, mail, undefined, !config.rateLimits));
  if (!queued) throw tooMany(1800);
}

const tooMany = (retryAfterSeconds: number) =>
  new AppError('throttled', 'Too many mails were asked for', { retryAfterSeconds });

function done(ctx: Context): void {
  writeCookie(ctx, 'security', 'mail-sent', { maxAgeMs: 60_000 });
  seeOther(ctx, '/account/security');
}
