/** The limit of forms that send mails, for each network address. Limits for each recipient are in operations/mail.ts. */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import { countMailRequest } from '../../store/mail-requests.ts';
import type { WebDeps } from '../deps.ts';

/** @throws AppError throttled */
export async function limitMailForms(ctx: Context, { config, db }: WebDeps): Promise<void> {
  const waitSeconds = config.rateLimits ? await countMailRequest(db, ctx.ip) : undefined;
  if (waitSeconds === undefined) return;
  throw new AppError('throttled', 'Too many mails were asked for from this address', {
    retryAfterSeconds: waitSeconds,
  });
}
