/** A warning that the name of an app would be taken for that of one which VibeCaaS has checked. */
import { findSimilarNames } from '../operations/similar-names.ts';
import type { Client } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Output } from './output.ts';

export async function warnOfLookAlikes(out: Output, db: Db, client: Client): Promise<void> {
  for (const { client_id: id, client_name: name } of await findSimilarNames(db, client.client_name, client.client_id)) {
    out.note(`This name looks like ${name} (${id}), which is verified: people would take one for the other.`);
  }
}
