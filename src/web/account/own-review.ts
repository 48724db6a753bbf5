/** What a review of the owner's app needs, how earlier reviews ended, and the request for one. */

import { yourAppReviewPage } from '../../../views/account/your-app-review.ts';
import { getOwnClient, submitOwnClient } from '../../operations/own-clients.ts';
import { demandedScopes, reviewFacts } from '../../policy/client/review-readiness.ts';
import { fieldWords } from '../admin/clients/field-words.ts';
import { historyOf } from '../admin/clients/history.ts';
import { isOvertaken } from '../admin/overtaken.ts';
import type { WebDeps } from '../deps.ts';
import { seeOther } from '../http/see-other.ts';
import { appHead } from './own-head.ts';
import { doneToOwn, takeOwnNotice } from './own-notice.ts';
import { ownedBy, pathOf } from './own-pages.ts';
import type { PersonPages } from './person-pages.ts';

export function ownReviewPages(pages: PersonPages, { db, config }: WebDeps): void {
  pages.show('/your-apps/:id/review', async (ctx, builder) => {
    const client = await getOwnClient(db, ownedBy(builder, ctx));
    ctx.body = yourAppReviewPage({
      ...builder,
      head: await appHead(db, client, new Date()),
      ...takeOwnNotice(ctx),
      facts: reviewFacts(client).map(({ name, given }) => ({ name, given, hint: '', ...fieldWords(name) })),
      demanded: demandedScopes(client),
      redirectUris: client.redirect_uris,
      // The owner learns that VibeCaaS decided, but not which person did.
      history: (await historyOf(db, client.client_id)).map(({ what, at, reason }) => ({
        what,
        at,
        ...(reason && { reason }),
      })),
      limit: client.type === 'service' ? undefined : config.unverifiedPeopleLimit,
    });
  });

  pages.change('/your-apps/:id/review', async (ctx, builder) => {
    const owned = ownedBy(builder, ctx);
    const page = `${pathOf(owned.clientId)}/review`;
    const submitted = await submitOwnClient(db, owned, builder.actor).catch(isOvertaken);
    if (submitted) doneToOwn(ctx, 'submitted', page);
    // Sent twice, or an admin was first: the page says how it is now.
    else seeOther(ctx, page);
  });
}
