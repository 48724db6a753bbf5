/** Counts for the pages of a client. */
import { grantedByOrganisations, grantedByPerson } from './consent-parts.ts';
import { maxCounted } from './counts.ts';
import type { Db, Statement } from './database.ts';

export interface ClientCounts {
  /** Users who have given consent, counted up to `maxCounted`. */
  readonly people: number;
  /** Stored failed requests. */
  readonly failures: number;
  /** Secrets that have not expired. */
  readonly secrets: number;
}

const statement: Statement = {
  name: 'client-counts',
  text: `SELECT
    (SELECT count(*)::integer FROM (SELECT FROM consents WHERE client_id = $1 LIMIT ${maxCounted}) counted) AS people,
    (SELECT count(*)::integer FROM failed_requests WHERE client_id = $1 AND NOT stranger) AS failures,
    (SELECT count(*)::integer FROM client_secrets WHERE client_id = $1
      AND (expires_at IS NULL OR expires_at > clock_timestamp())) AS secrets`,
};

export async function countOfClient(db: Db, clientId: string): Promise<ClientCounts> {
  const [row] = await db.run<ClientCounts>(statement, [clientId]);
  return row as ClientCounts;
}

export interface PeopleAtStake {
  /** Users with live tokens, whose access a suspension ends. */
  readonly with_tokens: number;
  /** Users whose consent a deletion removes. */
  readonly allowing: number;
}

const atStakeStatement: Statement = {
  name: 'client-people-at-stake',
  text: `SELECT
    (SELECT count(*)::integer FROM (SELECT FROM grants WHERE client_id = $1 AND expires_at > now() GROUP BY account_id) counted) AS with_tokens,
    (SELECT count(*)::integer FROM consents WHERE client_id = $1) AS allowing`,
};

/** Counts exactly, without a bound, because the number is shown before a client is suspended or deleted. */
export async function countPeopleAtStake(db: Db, clientId: string): Promise<PeopleAtStake> {
  const [row] = await db.run<PeopleAtStake>(atStakeStatement, [clientId]);
  return row as PeopleAtStake;
}

export interface ClientPerson {
  readonly account_id: string;
  readonly email: string;
  /** Scopes that the person has allowed. */
  readonly granted: string[];
  /** Scopes that organisations allow for them. */
  readonly by_organisation: string[];
  readonly created_at: Date;
  /** Live token families. */
  readonly connections: number;
  readonly last_used: Date | null;
}

const peopleStatement: Statement = {
  name: 'client-people',
  text: `SELECT k.account_id, a.email, ${grantedByPerson('k')} AS granted, ${grantedByOrganisations('k')} AS by_organisation, k.created_at, g.connections, g.last_used
    FROM (SELECT c.account_id, c.client_id, c.granted, c.organisation, c.created_at FROM consents c WHERE c.client_id = $1
      ORDER BY c.created_at DESC OFFSET $2 LIMIT $3) k
    JOIN accounts a ON a.id = k.account_id
    CROSS JOIN LATERAL (SELECT count(*)::integer AS connections, max(coalesce(rotated_at, created_at)) AS last_used
      FROM grants WHERE account_id = k.account_id AND client_id = $1 AND expires_at > now()) g
    ORDER BY k.created_at DESC`,
};

/** Lists the users of a client, newest first. */
export async function listPeopleOf(
  db: Db,
  clientId: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<ClientPerson[]> {
  return db.run<ClientPerson>(peopleStatement, [clientId, offset, limit]);
}

const newPeopleStatement: Statement = {
  name: 'client-new-people',
  text: `SELECT to_char((created_at AT TIME ZONE 'UTC')::date, 'YYYY-MM-DD') AS day, 'people' AS what, count(*)::float8 AS count
    FROM consents WHERE client_id = $1 AND created_at > now() - make_interval(days => $2) GROUP BY 1`,
};

/** Counts new users by day over the last `days` days. */
export async function newPeopleByDay(
  db: Db,
  clientId: string,
  days: number,
): Promise<{ day: string; what: string; count: number }[]> {
  return db.run(newPeopleStatement, [clientId, days]);
}
