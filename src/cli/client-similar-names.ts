/** Warns when people could take the name of an app for that of a verified one. */

import { findSimilarNames } from '../operations/similar-names.ts';
import { namesOf } from '../policy/client/names.ts';
import type { Client } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Output } from './output.ts';

export async function warnOfSimilarNames(out: Output, db: Db, client: Client): Promise<void> {
  for (const { client_id: id, client_name: name } of await findSimilarNames(db, namesOf(client), client.client_id)) {
    out.note(`This name looks like ${name} (${id}), which is verified: people would take one for the other.`);
  }
}
