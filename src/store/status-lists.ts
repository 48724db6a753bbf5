/** Places in Token Status Lists: who has which runs, and which single tokens were revoked (policy/status-lists.ts). */
import { newGrantId, runOfGrant } from '../policy/status-lists.ts';
import type { Db, Statement } from './database.ts';

const takeStatement: Statement = {
  name: 'status-runs-take',
  text: "SELECT nextval('status_list_runs')::float8 AS run FROM generate_series(1, $1)",
};

/** Takes runs that nobody has. */
export async function takeStatusRuns(db: Db, count: number): Promise<number[]> {
  return (await db.run<{ run: number }>(takeStatement, [count])).map(({ run }) => run);
}

/** Returns new ids for grants that are renamed. Those with a run get another one, since the bits of the old one are set. */
export async function renamedGrantIds(trx: Db, ids: readonly string[]): Promise<string[]> {
  const count = ids.filter((id) => runOfGrant(id) !== undefined).length;
  const runs = count === 0 ? [] : await takeStatusRuns(trx, count);
  return ids.map((id) => newGrantId(runOfGrant(id) === undefined ? undefined : runs.pop()));
}

/** A client has many tokens at a time, so it gets more places than an authorization. */
const runsPerClient = 16;

const clientStatement: Statement = {
  name: 'status-runs-of-client',
  text: `INSERT INTO status_list_clients AS s (key, client_id, runs)
    SELECT $1, $2, array_agg(nextval('status_list_runs')) FROM generate_series(1, $3)
    ON CONFLICT (key) DO UPDATE SET client_id = excluded.client_id RETURNING s.runs::float8[] AS runs`,
};

/** Returns the runs of a client that acts for itself, and gives it some if it has none. `key`: see migrations/0080. */
export async function statusRunsOfClient(db: Db, key: string, clientId: string): Promise<number[]> {
  const [row] = await db.run<{ runs: number[] }>(clientStatement, [key, clientId, runsPerClient]);
  return row?.runs ?? [];
}

const ownersStatement: Statement = {
  name: 'status-runs-of-owners',
  text: 'SELECT runs::float8[] AS runs FROM status_list_clients WHERE key = ANY ($1) OR client_id = ANY ($2)',
};

/** Returns the runs of these trusts and clients. */
export async function statusRunsOf(db: Db, keys: readonly string[], clientIds: readonly string[]): Promise<number[]> {
  const rows = await db.run<{ runs: number[] }>(ownersStatement, [keys, clientIds]);
  return rows.flatMap(({ runs }) => runs);
}

const setStatement: Statement = {
  name: 'status-place-set',
  text: `INSERT INTO status_list_tokens AS s (place, expires_at) VALUES ($1, to_timestamp($2))
    ON CONFLICT (place) DO UPDATE SET expires_at = greatest(s.expires_at, excluded.expires_at)`,
};

/** Sets the bit of one token until `expiresAt` (epoch seconds). */
export async function setStatusPlace(db: Db, place: number, expiresAt: number): Promise<void> {
  await db.run(setStatement, [place, expiresAt]);
}

const placesStatement: Statement = {
  name: 'status-places',
  text: 'SELECT place::float8 AS place FROM status_list_tokens WHERE expires_at > clock_timestamp()',
};

/** Returns the places of single tokens that were revoked. */
export async function readStatusPlaces(db: Db): Promise<number[]> {
  return (await db.run<{ place: number }>(placesStatement, [])).map(({ place }) => place);
}

const countStatement: Statement = {
  name: 'status-runs-count',
  text: 'SELECT CASE WHEN is_called THEN last_value + 1 ELSE 0 END::float8 AS runs FROM status_list_runs',
};

/** Returns the number of runs that were ever taken. */
export async function countStatusRuns(db: Db): Promise<number> {
  const [row] = await db.run<{ runs: number }>(countStatement, []);
  return row?.runs ?? 0;
}

const purgeStatement: Statement = {
  name: 'status-places-purge',
  text: `DELETE FROM status_list_tokens WHERE place IN
    (SELECT place FROM status_list_tokens WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};
/** Longer than an access token is valid, and its revocation is kept. */
const endedClientsSeconds = 2 * 3600 + 600;
const purgeClientsStatement: Statement = {
  name: 'status-clients-purge',
  text: `DELETE FROM status_list_clients WHERE key IN (SELECT s.key FROM status_list_clients s
    WHERE s.ended_at < clock_timestamp() - make_interval(secs => $2) LIMIT $1) RETURNING 1`,
};

export const purgeStatusPlaces = async (db: Db, limit: number): Promise<number> =>
  (await db.run(purgeStatement, [limit])).length;

/** The runs of clients that were deleted, when their tokens have ended. */
export const purgeStatusClients = async (db: Db, limit: number): Promise<number> =>
  (await db.run(purgeClientsStatement, [limit, endedClientsSeconds])).length;
