/** The overview of a client. */

import { similarNamesNote } from '../../../../views/admin/clients/form.ts';
import { clientPage } from '../../../../views/admin/clients/index.ts';
import { giveBack } from '../../../operations/give-back.ts';
import { readDocumentAgain } from '../../../operations/read-document-again.ts';
import { findSimilarNames } from '../../../operations/similar-names.ts';
import { namesOf } from '../../../policy/client/names.ts';
import { type Client, getClient } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { done, framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { clientDetail, clientTiles } from './detail.ts';
import { showSecrets } from './secrets.ts';
import { clientIdOf, clientPath, clientSubject } from './subject.ts';

export function clientPages(pages: AdminPages, deps: WebDeps): void {
  const { db, config, documents } = deps;

  pages.show('/client/:id', async (ctx, admin) => {
    const client = await getClient(db, clientIdOf(ctx));
    const subject = await clientSubject(db, client);
    ctx.body = clientPage({
      frame: framed(ctx, admin),
      subject,
      client: await clientDetail(db, client, config),
      tiles: await clientTiles(db, client, subject.people),
      notes: await similarNameNotes(db, client),
    });
  });

  pages.change('/client/:id/document', async (ctx, admin) => {
    const { client_id: id } = await readDocumentAgain(db, documents, clientIdOf(ctx), admin.actor);
    done(ctx, 'document-read', clientPath(id));
  });

  pages.change('/client/:id/give-back', async (ctx, admin, form) => {
    const { client, clientSecret } = await giveBack(db, clientIdOf(ctx), field(form, 'field'), admin.actor);
    if (clientSecret) return showSecrets(ctx, deps, admin, client, { secret: clientSecret });
    done(ctx, 'given-back', clientPath(client.client_id));
  });
}

/** A warning where people could take the client for one that is verified. */
export async function similarNameNotes(
  db: Db,
  client: Client,
): Promise<NonNullable<ReturnType<typeof similarNamesNote>>[]> {
  const similar = client.verified_at ? [] : await findSimilarNames(db, namesOf(client), client.client_id);
  const warning = similarNamesNote(similar.map((one) => ({ clientId: one.client_id, name: one.client_name })));
  return warning ? [warning] : [];
}
