/** Finds verified apps whose name people could confuse with a given one. */
import { skeleton } from '../policy/client/similar-names.ts';
import { listVerifiedNames, type NamedClient } from '../store/client-search.ts';
import type { Db } from '../store/database.ts';

/** Returns verified clients whose name looks like `name`, except the client itself. */
export async function findSimilarNames(db: Db, name: string, clientId?: string): Promise<NamedClient[]> {
  const nameSkeleton = skeleton(name);
  if (nameSkeleton === '') return [];
  const verified = await listVerifiedNames(db);
  return verified.filter((client) => client.client_id !== clientId && skeleton(client.client_name) === nameSkeleton);
}
