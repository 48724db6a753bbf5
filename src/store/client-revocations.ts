/**
 * Revocation of a client: every token that names it is refused, no matter when it was issued. Followers of the list see
 * only new entries, so a changed expiry is written as a new entry, and the newest entry of a client is the valid one.
 */
import type { Db, Statement } from './database.ts';

const replaceStatement: Statement = {
  name: 'client-revocation-replace',
  text: `WITH gone AS (DELETE FROM token_revocation WHERE kind = 'client_id' AND value = ANY ($1))
    SELECT revoke_token('client_id', $1, clock_timestamp() + make_interval(secs => $2))`,
};

/** Revokes the client's tokens without an expiry, until `revokeClientFor` replaces the entry. */
export async function revokeClientWhileDisabled(trx: Db, clientId: string): Promise<void> {
  await trx.run(replaceStatement, [[clientId], null]);
}

/** Revokes the client's tokens for `seconds` from now; 0 lifts the revocation. */
export async function revokeClientFor(trx: Db, clientId: string, seconds: number): Promise<void> {
  await trx.run(replaceStatement, [[clientId], seconds]);
}

/** Like `revokeClientWhileDisabled`, for many clients in one statement. */
export async function revokeClientsWhileStopped(trx: Db, clientIds: readonly string[]): Promise<void> {
  await trx.run(replaceStatement, [clientIds, null]);
}

/** Like `revokeClientFor`, for many clients in one statement. */
export async function endClientRevocations(trx: Db, clientIds: readonly string[], seconds: number): Promise<void> {
  await trx.run(replaceStatement, [clientIds, seconds]);
}
