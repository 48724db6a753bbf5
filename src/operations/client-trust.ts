/** Ends the tokens that a client got by a trust that an admin has taken from it. */
import { losesTrust, trustEndsAfterSeconds, trustName } from '../policy/client/trust.ts';
import { parseScope } from '../policy/scopes.ts';
import type { Client } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { forgetOrganisationsOfClient } from '../store/organisation-consents.ts';
import { revokeToken } from '../store/token-revocations.ts';

/**
 * Revokes the name of the trust if `after` has less of it than the locked client, and returns its next epoch. Tokens that a node
 * with an old copy of the client still issues have the old name. What a removed organisation allowed for its people goes too.
 */
export async function endTakenTrust(
  trx: Db,
  before: Client,
  after: Parameters<typeof losesTrust>[1],
): Promise<{ trust_epoch?: number }> {
  if (!losesTrust(before, after)) return {};
  const { client_id: clientId, trust_epoch: epoch } = before;
  const listed = parseScope(after.id_jag_issuers ?? '');
  const removed = parseScope(before.id_jag_issuers ?? '').filter((issuer) => !listed.includes(issuer));
  if (removed.length > 0) await forgetOrganisationsOfClient(trx, clientId, removed);
  await revokeToken(trx, 'jti', trustName(clientId, epoch), Date.now() / 1000 + trustEndsAfterSeconds);
  return { trust_epoch: epoch + 1 };
}
