/** Whether a name would be taken for that of an app that VibeCaaS has checked. */
import { skeleton } from '../policy/client/similar-names.ts';
import { listVerifiedNames, type NamedClient } from '../store/client-search.ts';
import type { Db } from '../store/database.ts';

/** The verified clients that `name` looks like, but for the client that asks. */
export async function findSimilarNames(db: Db, name: string, clientId?: string): Promise<NamedClient[]> {
  const wanted = skeleton(name);
  if (wanted === '') return [];
  const verified = await listVerifiedNames(db);
  return verified.filter((client) => client.client_id !== clientId && skeleton(client.client_name) === wanted);
}
