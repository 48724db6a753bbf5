/** Finds verified apps whose name people could confuse with a given one. */
import { namesOf } from '../policy/client/names.ts';
import { skeleton } from '../policy/client/similar-names.ts';
import { listVerifiedNames, type NamedClient } from '../store/client-search.ts';
import type { Db } from '../store/database.ts';

/** Returns verified clients with a name, in any language, that looks like one of these; except the client itself. */
export async function findSimilarNames(db: Db, names: readonly string[], clientId?: string): Promise<NamedClient[]> {
  const skeletons = new Set(names.map(skeleton).filter((one) => one !== ''));
  if (skeletons.size === 0) return [];
  const verified = await listVerifiedNames(db);
  return verified.filter(
    (client) => client.client_id !== clientId && namesOf(client).some((name) => skeletons.has(skeleton(name))),
  );
}
