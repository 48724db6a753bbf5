/** The logo of a client: uploaded on the edit page, and removed. */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import { removeLogo, setLogo } from '../../operations/client-logos.ts';
import { type Logo, readLogo } from '../../operations/logo-image.ts';
import { largestLogo } from '../../policy/logos.ts';
import { getClient } from '../../store/clients.ts';
import type { WebDeps } from '../deps.ts';
import { showEditForm } from './client-edit.ts';
import type { Admin } from './guard.ts';
import { done } from './notice.ts';
import type { AdminPages } from './pages.ts';

export function clientLogoPages(pages: AdminPages, { db }: WebDeps): void {
  const id = (ctx: Context & { params?: Record<string, string> }) => ctx.params?.id as string;
  const pathOf = (clientId: string) => `/admin/client/${encodeURIComponent(clientId)}/edit`;

  /** Undefined when it is none and the page says why. */
  async function checked(ctx: Context, admin: Admin, file: Buffer): Promise<Logo | undefined> {
    const client = await getClient(db, id(ctx));
    try {
      return await readLogo(file);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'invalid')) throw error;
      ctx.status = 422;
      ctx.body = showEditForm(admin, client, { logo: String(error.details?.logo) });
      return undefined;
    }
  }

  pages.upload('/client/:id/logo', { name: 'logo', largest: largestLogo, checked }, async (ctx, admin, logo) => {
    await setLogo(db, id(ctx), logo, admin.actor);
    done(ctx, 'logo', pathOf(id(ctx)));
  });

  pages.change('/client/:id/logo/remove', async (ctx, admin) => {
    await removeLogo(db, id(ctx), admin.actor);
    done(ctx, 'logo-removed', pathOf(id(ctx)));
  });
}
