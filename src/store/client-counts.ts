/** What the head of a client's pages counts. */
import { maxCounted } from './counts.ts';
import type { Db, Statement } from './database.ts';

export interface ClientCounts {
  /** People who allowed it something; counted no further than `maxCounted`. */
  readonly people: number;
  /** Failed requests that are kept. */
  readonly failures: number;
  /** Living secrets. */
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
  /** People with living tokens: their access ends with a suspension. */
  readonly with_tokens: number;
  /** People who allowed it something: a deletion forgets that. */
  readonly allowing: number;
}

const atStakeStatement: Statement = {
  name: 'client-people-at-stake',
  text: `SELECT
    (SELECT count(*)::integer FROM (SELECT FROM grants WHERE client_id = $1 AND expires_at > now() GROUP BY account_id) counted) AS with_tokens,
    (SELECT count(*)::integer FROM consents WHERE client_id = $1) AS allowing`,
};

/** Counted to the last one: whoever ends a client is told how many people that is. */
export async function countPeopleAtStake(db: Db, clientId: string): Promise<PeopleAtStake> {
  const [row] = await db.run<PeopleAtStake>(atStakeStatement, [clientId]);
  return row as PeopleAtStake;
}

export interface ClientPerson {
  readonly account_id: string;
  readonly email: string;
  readonly granted: string[];
  readonly created_at: Date;
  /** Living token families: connections. */
  readonly connections: number;
  readonly last_used: Date | null;
}

const peopleStatement: Statement = {
  name: 'client-people',
  text: `SELECT k.account_id, a.email, k.granted, k.created_at, g.connections, g.last_used
    FROM (SELECT account_id, granted, created_at FROM consents WHERE client_id = $1
      ORDER BY created_at DESC OFFSET $2 LIMIT $3) k
    JOIN accounts a ON a.id = k.account_id
    CROSS JOIN LATERAL (SELECT count(*)::integer AS connections, max(coalesce(rotated_at, created_at)) AS last_used
      FROM grants WHERE account_id = k.account_id AND client_id = $1 AND expires_at > now()) g
    ORDER BY k.created_at DESC`,
};

/** The people who allowed the client something, the newest first. */
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

/** How many people came on which of the last days. */
export async function newPeopleByDay(
  db: Db,
  clientId: string,
  days: number,
): Promise<{ day: string; what: string; count: number }[]> {
  return db.run(newPeopleStatement, [clientId, days]);
}
