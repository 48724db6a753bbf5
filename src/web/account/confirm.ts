/** Asks a person for what a page needs again (http/step-up.ts), and leads back to that page. */
import type Router from '@koa/router';
import type { WebDeps } from '../deps.ts';
import { readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { localPath } from '../http/local-path.ts';
import { seeOther } from '../http/see-other.ts';
import { requireFresh } from '../http/step-up.ts';

export function confirmPages(router: Router, deps: WebDeps): void {
  const { csrf, engine } = deps;

  router.get('/confirm', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (person && (await requireFresh(ctx, deps, person, new URLSearchParams()))) {
      seeOther(ctx, localPath(ctx.query.next));
    }
  });

  router.post('/confirm', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const form = await readForm(ctx);
    csrf.check(form, person.binding);
    if (await requireFresh(ctx, deps, person, form)) seeOther(ctx, localPath(ctx.query.next));
  });
}
