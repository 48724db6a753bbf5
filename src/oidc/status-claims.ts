/**
 * The claim `status` of access tokens for the resources that asked for it (STATUS_LIST_RESOURCES), and the ids of grants, which
 * contain where their tokens are in the lists. For all other servers both cost nothing.
 */
import { LRUCache } from 'lru-cache';
import { newGrantId, placeOf, runOfGrant, statusClaim, statusListsPath } from '../policy/status-lists.ts';
import type { Database } from '../store/database.ts';

/** Imported by the first token that needs it. */
const statusLists = () => import('../store/status-lists.ts');

export interface StatusClaims {
  /** Makes the id of a new grant. */
  newGrantId(): Promise<string>;
  /**
   * Adds the claim to the claims of an access token, if its resource asked for it. `revision` is that of the client: one that is made
   * again under the id of a deleted one has another.
   */
  add(claims: Record<string, unknown>, revision: string | undefined): Promise<void>;
}

/** A node takes so many runs in one statement. Those that it has not used when it stops are lost. */
const runsAtOnce = 256;
const maxClients = 10_000;

export function createStatusClaims(
  db: Database,
  { issuer, statusListResources }: { issuer: string; statusListResources: readonly string[] },
): StatusClaims {
  if (statusListResources.length === 0) return { newGrantId: async () => newGrantId(), add: async () => {} };
  const free: number[] = [];
  let taking: Promise<void> | undefined;
  const ofClients = new LRUCache<string, Promise<number[]>>({ max: maxClients });

  async function take(): Promise<void> {
    const { takeStatusRuns } = await statusLists();
    free.push(...(await takeStatusRuns(db, runsAtOnce)));
  }

  async function nextRun(): Promise<number> {
    for (;;) {
      const run = free.pop();
      if (run !== undefined) return run;
      taking ??= take().finally(() => {
        taking = undefined;
      });
      await taking;
    }
  }

  function runsOfClient(
    { client_id: clientId, derived_from: from }: Record<string, unknown>,
    revision: string | undefined,
  ): Promise<number[]> {
    // A token of a client that proves itself by keys ends with the trust in them too.
    const key = Array.isArray(from) ? String(from[0]) : String(clientId);
    const name = `${revision} ${key}`;
    const known = ofClients.get(name);
    if (known) return known;
    const runs = statusLists().then(({ statusRunsOfClient }) => statusRunsOfClient(db, key, String(clientId)));
    ofClients.set(name, runs);
    runs.catch(() => ofClients.delete(name));
    return runs;
  }

  return {
    newGrantId: async () => newGrantId(await nextRun()),
    async add(claims, revision) {
      if (!statusListResources.includes(String(claims.aud))) return;
      // A token made from another one also ends with its client, and with the trust in who signed: no bit tells that.
      if (claims.gid !== undefined && claims.derived_from !== undefined) return;
      const run = typeof claims.gid === 'string' ? runOfGrant(claims.gid) : undefined;
      if (claims.gid !== undefined && run === undefined) return;
      const runs = run === undefined ? await runsOfClient(claims, revision) : [run];
      claims.status = statusClaim(placeOf(runs, String(claims.jti)), `${issuer}${statusListsPath}`);
    },
  };
}
