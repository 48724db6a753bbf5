/** The page where the logo of a client is uploaded and removed. */

import type { Context } from 'koa';
import { clientLogoPage, logoRemovalPage } from '../../../../views/admin/clients/logo.ts';
import type { Problem } from '../../../../views/admin/fields.ts';
import { AppError } from '../../../errors.ts';
import { removeLogo, setLogo } from '../../../operations/client-logos.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import { type Logo, readLogo } from '../../../operations/logo-image.ts';
import { maxLogoBytes } from '../../../policy/logos.ts';
import { countPeopleAtStake } from '../../../store/client-counts.ts';
import { getClient } from '../../../store/clients.ts';
import type { WebDeps } from '../../deps.ts';
import { ruleWords } from '../../http/rule-words.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { readReason } from '../reason.ts';
import { clientIdOf, clientPath, clientSubject } from './subject.ts';

type Typed = ReturnType<typeof readReason>;

export function clientLogoPages(pages: AdminPages, { db }: WebDeps): void {
  const logoPath = (ctx: Context) => `${clientPath(clientIdOf(ctx))}/logo`;

  async function logoPage(ctx: Context, admin: Admin, problem?: Problem): Promise<string> {
    const subject = await clientSubject(db, await getClient(db, clientIdOf(ctx)));
    return clientLogoPage({ frame: framed(ctx, admin), subject, ...(problem && { problem }) });
  }

  /** Returns undefined for a file that is not a logo; then the page says why. */
  async function checked(ctx: Context, admin: Admin, file: Buffer): Promise<Logo | undefined> {
    await getClient(db, clientIdOf(ctx));
    try {
      return await readLogo(file);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'invalid')) throw error;
      ctx.status = 422;
      ctx.body = await logoPage(ctx, admin, ruleWords(String(error.details?.logo)));
      return undefined;
    }
  }

  pages.show('/client/:id/logo', async (ctx, admin) => {
    ctx.body = await logoPage(ctx, admin);
  });

  pages.upload('/client/:id/logo', { name: 'logo', maxBytes: maxLogoBytes, checked }, async (ctx, admin, logo) => {
    await setLogo(db, clientIdOf(ctx), logo, admin.actor);
    done(ctx, 'logo', logoPath(ctx));
  });

  async function removalPage(ctx: Context, admin: Admin, typed: Typed): Promise<string> {
    const client = await getClient(db, clientIdOf(ctx));
    if (client.logo_hash === null) throw new AppError('not_found', `${client.client_name} has no logo`);
    const { allowing } = await countPeopleAtStake(db, client.client_id);
    return logoRemovalPage({
      frame: framed(ctx, admin),
      subject: await clientSubject(db, client),
      people: allowing,
      ...typed,
    });
  }

  pages.show('/client/:id/logo/remove', async (ctx, admin) => {
    ctx.body = await removalPage(ctx, admin, { reason: '' });
  });

  pages.change('/client/:id/logo/remove', async (ctx, admin, form) => {
    const typed = readReason(form);
    if (typed.problem) {
      ctx.body = await removalPage(ctx, admin, typed);
      ctx.status = 422;
      return;
    }
    await removeLogo(db, clientIdOf(ctx), actorWithReason(admin.actor, typed.reason));
    done(ctx, 'logo-removed', logoPath(ctx));
  });
}
