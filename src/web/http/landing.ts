/** The landing page. */
import Router from '@koa/router';
import { landingPage } from '../../../views/landing.ts';
import type { WebDeps } from '../deps.ts';
import { signedIn } from './session.ts';

export function landingRoutes({ config, engine }: WebDeps): Router {
  const router = new Router();
  router.get('/', async (ctx) => {
    const person = await signedIn(ctx, engine.provider());
    ctx.body = landingPage({
      issuer: config.issuer,
      demo: config.demo,
      person: person && { email: person.account.email, admin: person.account.role === 'admin' },
    });
  });
  return router;
}
