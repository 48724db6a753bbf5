/**
 * What ends after a backup was restored, since nobody knows what ended after it was made. Each statement takes a bounded number of
 * rows, so it is repeated until it finds none (operations/restored.ts).
 */
import type { Db, Statement } from './database.ts';

/** What an operator may choose among: a connection, what a person has allowed an app, and an API key. */
export interface MayHaveEnded {
  readonly kind: 'grant' | 'consent' | 'api_key';
  /** The id that `chosen` contains. */
  readonly id: string;
  readonly account_id: string;
  /** Null for a key. */
  readonly client_id: string | null;
  readonly created_at: Date;
  /** When its refresh token was last rotated, or the key last used. */
  readonly used_at: Date | null;
}

const consentId = "k.account_id || '/' || k.client_id";
const worksNow = 'k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $1)';
const listStatement: Statement = {
  name: 'restored-list',
  text: `SELECT kind, id, account_id, client_id, created_at, used_at FROM (
      SELECT 1 AS place, 'grant' AS kind, g.id, g.account_id, g.client_id, g.created_at, coalesce(g.rotated_at, g.issued_at) AS used_at
        FROM grants g WHERE g.expires_at > $1
      UNION ALL SELECT 2, 'consent', ${consentId}, k.account_id, k.client_id, k.created_at, NULL FROM consents k
      UNION ALL SELECT 3, 'api_key', k.id, k.account_id, NULL, k.created_at, k.last_used_at FROM api_keys k WHERE ${worksNow}) l
    WHERE (place, id) > ($2, $3) ORDER BY place, id LIMIT $4`,
};
const places = { grant: 1, consent: 2, api_key: 3 };

/** Lists what worked at some time since `at`, in the order of kinds and ids. */
export function listMayHaveEnded(
  db: Db,
  { at, limit, after }: { at: Date; limit: number; after?: Pick<MayHaveEnded, 'kind' | 'id'> | undefined },
): Promise<MayHaveEnded[]> {
  return db.run<MayHaveEnded>(listStatement, [at, after ? places[after.kind] : 0, after?.id ?? '', limit]);
}

const factsStatement: Statement = {
  name: 'restored-facts',
  text: `SELECT (SELECT at FROM audit_events ORDER BY seq DESC LIMIT 1) AS "newestEvent",
    (SELECT count(*)::integer FROM grants WHERE expires_at > $1) AS grants, (SELECT count(*)::integer FROM consents) AS consents,
    (SELECT count(*)::integer FROM api_keys k WHERE ${worksNow}) AS "apiKeys",
    (SELECT count(*)::integer FROM sessions WHERE expires_at > $1) AS sessions,
    clock_timestamp() AS now,
    (SELECT count(*)::integer FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'vibecaas-auth listen') AS listeners`,
};

export interface RestoredFacts {
  /** The time of the newest audit event; null for an empty log. */
  readonly newestEvent: Date | null;
  readonly grants: number;
  readonly consents: number;
  readonly apiKeys: number;
  readonly sessions: number;
  readonly now: Date;
  /** Processes of servers that are connected. Behind a pooler in transaction mode they are not seen. */
  readonly listeners: number;
}

/** Counts what works, or worked at some time since `at`. */
export async function restoredFacts(db: Db, at: Date): Promise<RestoredFacts> {
  const [row] = await db.run<RestoredFacts>(factsStatement, [at]);
  return row as RestoredFacts;
}

const takeGrantsStatement: Statement = {
  name: 'restored-grants',
  text: `SELECT id, account_id, client_id FROM grants g
    WHERE $2::text[] IS NULL OR id = ANY ($2) OR account_id || '/' || client_id = ANY ($2)
    ORDER BY id LIMIT $1`,
};

/**
 * Returns some of the grants: all, or those that are chosen by their own id or by that of their consent. Servers are stopped, and a
 * distributed database refuses to lock rows of several shards.
 */
export function takeGrants(
  trx: Db,
  limit: number,
  chosen: readonly string[] | null,
): Promise<{ id: string; account_id: string; client_id: string }[]> {
  return trx.run(takeGrantsStatement, [limit, chosen]);
}

const keysStatement: Statement = {
  name: 'restored-keys',
  text: `SELECT id FROM api_keys k WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp()) AND id > $2
    AND ($3::text[] IS NULL OR id = ANY ($3)) ORDER BY id LIMIT $1`,
};

/** Ids of keys that work, after the id `after`. */
export async function workingKeys(
  db: Db,
  page: { limit: number; after: string; chosen: readonly string[] | null },
): Promise<string[]> {
  const rows = await db.run<{ id: string }>(keysStatement, [page.limit, page.after, page.chosen]);
  return rows.map(({ id }) => id);
}

const consentsStatement: Statement = {
  name: 'restored-consents',
  text: `WITH gone AS (DELETE FROM consents WHERE ctid = ANY (ARRAY(SELECT ctid FROM consents k
      WHERE $2::text[] IS NULL OR ${consentId} = ANY ($2) LIMIT $1)) RETURNING account_id, client_id),
    kept AS (INSERT INTO organisation_refusals (account_id, client_id) SELECT account_id, client_id
      FROM gone JOIN clients USING (client_id) WHERE id_jag_issuers IS NOT NULL ON CONFLICT DO NOTHING)
    SELECT 1 FROM gone`,
};

/**
 * Forgets some of what people have allowed apps: all, or what is chosen. Returns the number. An organisation cannot allow such an app
 * again for them, because their limits are forgotten too: they do it themselves.
 */
export async function removeConsents(db: Db, limit: number, chosen: readonly string[] | null): Promise<number> {
  return (await db.run(consentsStatement, [limit, chosen])).length;
}

const remove = (name: string, table: string, condition: string): Statement => ({
  name: `restored-${name}`,
  text: `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT $1)) RETURNING 1`,
});

/**
 * What ends whatever was chosen: it lives for minutes or days, works once or may have been ended by its person, and can be asked
 * for again. An `undo` link stays, since it protects the person whose address was changed. Replay marks stay: they only refuse.
 */
const briefStatements = {
  sessions: remove('sessions', 'sessions', 'true'),
  codes: remove('codes', 'authorization_codes', 'true'),
  device_codes: remove('device-codes', 'device_codes', 'true'),
  requests: remove('requests', 'artifacts', "model <> 'ReplayDetection'"),
  sign_in_attempts: remove('sign-ins', 'sign_in_attempts', 'true'),
  links: remove('links', 'account_links', "kind <> 'undo' AND used_at IS NULL"),
  invitations: {
    name: 'restored-invitations',
    text: `UPDATE invitations SET withdrawn_at = clock_timestamp() WHERE id IN (
      SELECT id FROM invitations WHERE accepted_at IS NULL AND withdrawn_at IS NULL LIMIT $1) RETURNING 1`,
  },
  mails: {
    name: 'restored-mails',
    text: `UPDATE mails SET status = 'dropped', due_at = NULL, delete_at = clock_timestamp() + interval '2 hours',
        error = 'a backup was restored'
      WHERE seq IN (SELECT seq FROM mails WHERE status = 'pending' LIMIT $1) RETURNING 1`,
  },
} as const;

export type Brief = keyof typeof briefStatements;
export const briefKinds = Object.keys(briefStatements) as Brief[];

/** Ends some of a kind and returns their number. */
export async function endBrief(db: Db, kind: Brief, limit: number): Promise<number> {
  return (await db.run(briefStatements[kind], [limit])).length;
}

const withdrawKeysStatement: Statement = {
  name: 'restored-signing-keys',
  text: `UPDATE signing_keys SET state = 'retired', retired_at = coalesce(retired_at, clock_timestamp()), private_jwk = NULL
    WHERE private_jwk IS NOT NULL RETURNING kid`,
};

/** Erases the private part of every signing key and publishes none of them any more. Returns their ids. */
export async function withdrawAllKeys(trx: Db): Promise<string[]> {
  const rows = await trx.run<{ kid: string }>(withdrawKeysStatement, []);
  return rows.map(({ kid }) => kid);
}

const newFeedStatement: Statement = {
  name: 'restored-feed',
  text: `INSERT INTO settings VALUES ('feed_id', replace(gen_random_uuid()::text, '-', ''))
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
};

/** Gives the revocation feed a new id, so that each reader begins again with a snapshot. */
export async function renewFeed(db: Db): Promise<void> {
  await db.run(newFeedStatement, []);
}

const peopleStatement: Statement = {
  name: 'restored-people',
  text: 'SELECT id FROM accounts WHERE id > $2 AND EXISTS (SELECT FROM signal_streams) ORDER BY id LIMIT $1',
};

/** Ids of accounts after the id `after`, if there are receivers of signals. */
export async function peopleToTellOf(db: Db, limit: number, after: string): Promise<string[]> {
  return (await db.run<{ id: string }>(peopleStatement, [limit, after])).map(({ id }) => id);
}
