/**
 * The revocation of a client: every token that names it is refused, whenever it was issued. Followers of the list see
 * new entries only, so a change of its end is a new entry, and the newest one of a client counts.
 */
import type { Db, Statement } from './database.ts';

const replaceStatement: Statement = {
  name: 'client-revocation-replace',
  text: `WITH gone AS (DELETE FROM token_revocation WHERE kind = 'client_id' AND value = $1)
    SELECT revoke_token('client_id', ARRAY[$1], clock_timestamp() + make_interval(secs => $2))`,
};

/** Without end, until the other one is called. */
export async function revokeClientWhileDisabled(trx: Db, clientId: string): Promise<void> {
  await trx.run(replaceStatement, [clientId, null]);
}

/** For so many seconds from now; 0 takes the revocation back. */
export async function revokeClientFor(trx: Db, clientId: string, seconds: number): Promise<void> {
  await trx.run(replaceStatement, [clientId, seconds]);
}
