/** The clients that an account owns, with their statistics: for developers. */
import type { Client } from './clients.ts';
import type { Db, Statement } from './database.ts';

/** An account with more clients sees only the first of them by name. */
const maxOwned = 200;
const maxPeopleCounted = 10_000;

export interface OwnedClient
  extends Pick<
    Client,
    'client_id' | 'client_name' | 'type' | 'status' | 'logo_hash' | 'first_party' | 'submitted_at' | 'verified_at'
  > {
  /** Number of users, counted up to `maxPeopleCounted`. */
  readonly people: number;
  /** Today's failed requests (UTC); `issued` is the number of tokens issued today. */
  readonly failed: number;
  readonly issued: number;
  readonly last_used_at: Date | null;
}

const listStatement: Statement = {
  name: 'own-clients',
  text: `SELECT c.client_id, c.client_name, c.type, c.status, c.logo_hash, c.first_party, c.submitted_at, c.verified_at,
      u.last_used_at, p.people, f.failed, f.issued
    FROM (SELECT client_id, client_name, type, status, logo_hash, first_party, submitted_at, verified_at
      FROM clients WHERE owner_account_id = $1 ORDER BY lower(client_name), client_id LIMIT ${maxOwned}) c
    LEFT JOIN client_uses u ON u.client_id = c.client_id
    CROSS JOIN LATERAL (SELECT count(*)::integer AS people FROM
      (SELECT FROM consents k WHERE k.client_id = c.client_id LIMIT ${maxPeopleCounted}) counted) p
    CROSS JOIN LATERAL (SELECT
        coalesce(sum(count) FILTER (WHERE what = 'error'), 0)::float8 AS failed,
        coalesce(sum(count) FILTER (WHERE what NOT IN ('error', 'stranger', 'theft')), 0)::float8 AS issued
      FROM client_figures WHERE client_id = c.client_id AND day = (now() AT TIME ZONE 'UTC')::date) f
    ORDER BY lower(c.client_name), c.client_id`,
};

/** Lists the clients that an account owns, in order of name. */
export async function listOwnedClients(db: Db, accountId: string): Promise<OwnedClient[]> {
  return db.run<OwnedClient>(listStatement, [accountId]);
}

const newPeopleStatement: Statement = {
  name: 'own-client-new-people',
  text: `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::integer AS count
    FROM (SELECT created_at FROM consents WHERE client_id = $1 AND created_at > now() - make_interval(days => $2)
      ORDER BY created_at DESC LIMIT ${maxPeopleCounted}) newest
    GROUP BY 1 ORDER BY 1`,
};

/** Counts the current users by the day (UTC) on which they came, over the last `days` days. Days without any have no row. */
export async function listNewPeople(db: Db, clientId: string, days: number): Promise<{ day: string; count: number }[]> {
  return db.run(newPeopleStatement, [clientId, days]);
}
