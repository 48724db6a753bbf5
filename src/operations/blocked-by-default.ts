/**
 * With THIRD_PARTY_POLICY=block, whatever apps got that nobody registered, verified or allowed ends, as a rule that blocks them would
 * end it. The setting is in the configuration of each node, so there is no moment at which somebody changes it.
 */
import type { Database, Db } from '../store/database.ts';
import { endGrantsBlockedByDefault, revokeServicesBlockedByDefault } from '../store/third-party.ts';
import { backgroundTimeouts } from '../store/timeouts.ts';
import { tokenLifetimeAndSkewSeconds } from './clients.ts';
import { record } from './record.ts';

/** Maximum families that one transaction ends. */
const maxFamilies = 1_000;

const lock = { name: 'third-party-default-lock', text: 'SELECT pg_try_advisory_xact_lock(7259) AS mine' };

async function isMine(trx: Db): Promise<boolean> {
  const [row] = await trx.run<{ mine: boolean }>(lock, []);
  return row?.mine === true;
}

/**
 * Ends it for one client, or for all in small steps and on one node at a time. People’s consents stay. Returns the number of families
 * that were ended.
 */
export async function endBlockedByDefault(db: Database, clientId?: string): Promise<number> {
  let ended = 0;
  for (let last = maxFamilies; last === maxFamilies; ended += last) {
    last = await db.transaction(
      async (trx) => {
        if (clientId === undefined && !(await isMine(trx))) return 0;
        const families = await endGrantsBlockedByDefault(trx, clientId, maxFamilies);
        const services = await revokeServicesBlockedByDefault(trx, clientId, tokenLifetimeAndSkewSeconds);
        if (families + services > 0) {
          const target = clientId === undefined ? 'settings:THIRD_PARTY_POLICY' : `client:${clientId}`;
          const details = { families_ended: families, services_revoked: services };
          await record(trx, { id: 'system' }, 'client.blocked_by_default', target, details);
        }
        return families;
      },
      { timeouts: backgroundTimeouts },
    );
  }
  return ended;
}
