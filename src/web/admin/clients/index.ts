/** The overview of a client. */

import { similarNamesNote } from '../../../../views/admin/clients/form.ts';
import { clientPage } from '../../../../views/admin/clients/index.ts';
import { findSimilarNames } from '../../../operations/similar-names.ts';
import { namesOf } from '../../../policy/client/names.ts';
import { type Client, getClient } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import type { WebDeps } from '../../deps.ts';
import { framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { clientDetail, clientTiles } from './detail.ts';
import { clientIdOf, clientSubject } from './subject.ts';

export function clientPages(pages: AdminPages, { db, config }: WebDeps): void {
  pages.show('/client/:id', async (ctx, admin) => {
    const client = await getClient(db, clientIdOf(ctx));
    const subject = await clientSubject(db, client);
    ctx.body = clientPage({
      frame: framed(ctx, admin),
      subject,
      client: await clientDetail(db, client, config.unverifiedPeopleLimit),
      tiles: await clientTiles(db, client, subject.people),
      notes: await similarNameNotes(db, client),
    });
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
