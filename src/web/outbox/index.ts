/** The mails in the outbox folder, newest first. */
import Router from '@koa/router';
import { outboxMailPage, outboxPage } from '../../../views/outbox/index.ts';
import { AppError } from '../../errors.ts';
import { findHtmlInOutbox, findInOutbox, listOutbox } from '../../outbound/outbox.ts';
import { mailContentSecurityPolicy } from '../../policy/content-security.ts';

const maxListed = 100;

export function outboxRoutes(folder: string): Router {
  const router = new Router({ prefix: '/outbox' });

  router.get('/', async (ctx) => {
    ctx.body = outboxPage({ mails: await listOutbox(folder, maxListed), folder, now: new Date() });
  });

  router.get('/:name', async (ctx) => {
    const mail = await findInOutbox(folder, nameIn(ctx.params));
    if (!mail) throw gone();
    ctx.body = outboxMailPage(mail);
  });

  router.get('/:name/html', async (ctx) => {
    const page = await findHtmlInOutbox(folder, nameIn(ctx.params));
    if (page === undefined) throw gone();
    ctx.set('Content-Security-Policy', mailContentSecurityPolicy);
    ctx.type = 'html';
    ctx.body = page;
  });

  return router;
}

const nameIn = (params: unknown): string => (params as { name?: string }).name ?? '';

const gone = () => new AppError('not_found', 'There is no such mail');
