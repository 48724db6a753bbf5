/** What admins have decided about apps that nobody registered, and the people who wait for a decision. */
import type { Seen } from '../policy/client/pinned.ts';
import type { RuleSubject, ThirdPartyPolicy } from '../policy/third-party.ts';
import { requestBounds, requestDays } from '../policy/third-party.ts';
import type { Db, Statement } from './database.ts';

export interface ThirdPartyRule extends RuleSubject {
  readonly policy: ThirdPartyPolicy;
  readonly reason: string | null;
  readonly decided_by: string;
  readonly decided_at: Date;
  /** What the admin saw who allowed an app; null: not known, or there is nothing to see. */
  readonly seen: Seen | null;
  /** What the app is now, if it is not what the rule allows: then the rule counts as `ask`. */
  readonly now: Seen | null;
}

/** The columns of a rule `r`, with its client `c`. */
export const ruleSql = `SELECT r.kind, r.value, r.policy, r.reason, r.decided_by, r.decided_at, r.seen,
    CASE WHEN r.policy = 'allow' AND c.third_party_policy = 'ask' THEN client_seen(c) END AS now
  FROM third_party_rules r LEFT JOIN clients c ON r.kind = 'client' AND c.client_id = r.value`;

const ruleStatement: Statement = {
  name: 'third-party-rule',
  text: `${ruleSql} WHERE r.kind = $1 AND r.value = $2`,
};

/** Returns the rule for exactly this client or host. */
export async function findRule(db: Db, { kind, value }: RuleSubject): Promise<ThirdPartyRule | undefined> {
  const [row] = await db.run<ThirdPartyRule>(ruleStatement, [kind, value]);
  return row;
}

const policyStatement: Statement = {
  name: 'third-party-policy',
  text: 'SELECT third_party_rule($1) AS policy',
};

/** Returns what the rules say of a client, stored or not; null: nothing. */
export async function findPolicy(db: Db, clientId: string): Promise<ThirdPartyPolicy | null> {
  const [row] = await db.run<{ policy: ThirdPartyPolicy | null }>(policyStatement, [clientId]);
  return row?.policy ?? null;
}

const shareStatement: Statement = {
  name: 'third-party-share',
  text: 'SELECT pg_advisory_xact_lock_shared(7258, hashtext(document_host($1)))',
};
const ownStatement: Statement = {
  name: 'third-party-own',
  text: 'SELECT pg_advisory_xact_lock(7258, hashtext($1))',
};

/** No rule for the host of this client changes until the transaction ends. Clients of one host don’t wait for each other. */
export async function holdRulesOfHost(trx: Db, clientId: string): Promise<void> {
  await trx.run(shareStatement, [clientId]);
}

/** Nobody registers a client of this host until the transaction ends. */
export async function ownRulesOfHost(trx: Db, host: string): Promise<void> {
  await trx.run(ownStatement, [host]);
}

const saveStatement: Statement = {
  name: 'third-party-save',
  text: `INSERT INTO third_party_rules (kind, value, policy, reason, decided_by) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (kind, value) DO UPDATE SET policy = excluded.policy, reason = excluded.reason,
      decided_by = excluded.decided_by, decided_at = clock_timestamp()`,
};

export async function saveRule(trx: Db, rule: Omit<ThirdPartyRule, 'decided_at' | 'seen' | 'now'>): Promise<void> {
  await trx.run(saveStatement, [rule.kind, rule.value, rule.policy, rule.reason, rule.decided_by]);
}

const seeAgainStatement: Statement = {
  name: 'third-party-see-again',
  text: `WITH seen AS (UPDATE third_party_rules SET policy = policy WHERE kind = 'client' AND value = $1 AND policy = 'allow' RETURNING 1),
    allowed AS (UPDATE clients SET third_party_policy = 'allow' WHERE client_id = $1 AND EXISTS (SELECT FROM seen) RETURNING client_id)
    SELECT tell_nodes('clients', client_id) FROM allowed`,
};

/** The rule that allows this client allows it as it is now. The client must be locked. */
export async function seeClientAgain(trx: Db, clientId: string): Promise<void> {
  await trx.run(seeAgainStatement, [clientId]);
}

const removeStatement: Statement = {
  name: 'third-party-remove',
  text: 'DELETE FROM third_party_rules WHERE kind = $1 AND value = $2',
};

export async function removeRule(trx: Db, { kind, value }: RuleSubject): Promise<void> {
  await trx.run(removeStatement, [kind, value]);
}

/** A client that a rule is about, with what the rules say of it now. */
export interface RuledClient {
  readonly client_id: string;
  readonly status: 'active' | 'disabled' | 'blocked';
  readonly acts_for_itself: boolean;
  readonly policy: ThirdPartyPolicy | null;
}

// Locked in the order of their ids, so that two who change rules never wait for each other.
const lockStatement: Statement = {
  name: 'third-party-lock',
  text: `SELECT client_id, status, 'client_credentials' = ANY (grant_types) AS acts_for_itself, third_party_rule(client_id) AS policy
    FROM clients
    WHERE registration_type <> 'manual' AND CASE $1 WHEN 'client' THEN client_id = $2
      ELSE registration_type = 'metadata_document' AND document_host(client_id) = $2 END
    ORDER BY client_id FOR NO KEY UPDATE`,
};

/** Locks the clients that a rule is about, until the transaction ends. Call it after the rule is written. */
export async function lockRuledClients(trx: Db, { kind, value }: RuleSubject): Promise<RuledClient[]> {
  return trx.run<RuledClient>(lockStatement, [kind, value]);
}

// Not `updated_at`: what the client is has not changed.
const applyStatement: Statement = {
  name: 'third-party-apply',
  text: `WITH changed AS (
      UPDATE clients c SET third_party_policy = n.policy, status = n.status
      FROM unnest($1::text[], $2::text[], $3::text[]) n (client_id, policy, status)
      WHERE c.client_id = n.client_id RETURNING c.client_id)
    SELECT tell_nodes('clients', client_id) FROM changed`,
};

/** Writes into the clients what holds for them, and announces it. */
export async function applyPolicies(
  trx: Db,
  clients: readonly Pick<RuledClient, 'client_id' | 'policy' | 'status'>[],
): Promise<void> {
  await trx.run(applyStatement, [
    clients.map(({ client_id: id }) => id),
    clients.map(({ policy }) => policy),
    clients.map(({ status }) => status),
  ]);
}

const endStatement: Statement = {
  name: 'third-party-end-grants',
  text: 'SELECT end_grants(ARRAY(SELECT id FROM grants WHERE client_id = ANY ($1))) AS ended',
};

/** Ends every token family of these clients and returns their number. */
export async function endGrantsOfClients(trx: Db, clientIds: readonly string[]): Promise<number> {
  const [row] = await trx.run<{ ended: number }>(endStatement, [clientIds]);
  return row?.ended ?? 0;
}

// A client that nobody registered, verified or allowed, nor suspended. The grants are found client by client: there may be millions.
const blockedByDefault = `c.registration_type <> 'manual' AND c.third_party_policy IS NULL AND c.verified_at IS NULL
  AND c.status = 'active' AND ($1::text IS NULL OR c.client_id = $1)`;
const endByDefaultStatement: Statement = {
  name: 'third-party-end-by-default',
  text: `SELECT end_grants(ARRAY(SELECT g.id FROM clients c
      CROSS JOIN LATERAL (SELECT id FROM grants WHERE client_id = c.client_id LIMIT $2) g
      WHERE ${blockedByDefault} LIMIT $2)) AS ended`,
};

/** Ends up to `limit` token families of what the default blocks, of one client or of all. Returns their number. */
export async function endGrantsBlockedByDefault(trx: Db, clientId: string | undefined, limit: number): Promise<number> {
  const [row] = await trx.run<{ ended: number }>(endByDefaultStatement, [clientId ?? null, limit]);
  return row?.ended ?? 0;
}

const revokeByDefaultStatement: Statement = {
  name: 'third-party-revoke-by-default',
  text: `SELECT revoke_token('client_id', ids, clock_timestamp() + make_interval(secs => $2)), cardinality(ids) AS revoked
    FROM (SELECT array_agg(c.client_id) AS ids FROM clients c
      WHERE 'client_credentials' = ANY (c.grant_types) AND ${blockedByDefault} AND NOT EXISTS (
        SELECT FROM token_revocation t WHERE t.kind = 'client_id' AND t.value = c.client_id
          AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp()))) named WHERE ids IS NOT NULL`,
};

/** Revokes for `seconds` the tokens that such clients got for themselves, unless that was done. Returns the number of clients. */
export async function revokeServicesBlockedByDefault(
  trx: Db,
  clientId: string | undefined,
  seconds: number,
): Promise<number> {
  const [row] = await trx.run<{ revoked: number }>(revokeByDefaultStatement, [clientId ?? null, seconds]);
  return row?.revoked ?? 0;
}

const askStatement: Statement = {
  name: 'third-party-ask',
  text: `INSERT INTO third_party_requests (client_id, account_id)
    SELECT $1, $2 FROM clients c
    WHERE c.client_id = $1 AND c.status = 'active'
      AND $3 > (SELECT count(*) FROM (SELECT FROM third_party_requests WHERE client_id = $1 LIMIT $3) people)
      AND $4 > (SELECT count(*) FROM (SELECT FROM third_party_requests WHERE account_id = $2 LIMIT $4) apps)
    ON CONFLICT (client_id, account_id) DO UPDATE SET asked_at = excluded.asked_at
      WHERE third_party_requests.asked_at < clock_timestamp() - interval '1 hour'`,
};

/** Notes that this person waits for an admin to allow the app. Beyond the bounds nothing is noted. */
export async function noteRequest(db: Db, clientId: string, accountId: string): Promise<void> {
  await db.run(askStatement, [clientId, accountId, requestBounds.people, requestBounds.apps]);
}

const answeredStatement: Statement = {
  name: 'third-party-answered',
  text: 'DELETE FROM third_party_requests WHERE client_id = ANY ($1)',
};

/** Nobody waits for these clients any more. */
export async function removeRequests(trx: Db, clientIds: readonly string[]): Promise<void> {
  await trx.run(answeredStatement, [clientIds]);
}

/** Whether the request `w` still counts. */
export const isWaiting = `w.asked_at > clock_timestamp() - interval '${requestDays} days'`;

const purgeStatement: Statement = {
  name: 'third-party-purge',
  text: `DELETE FROM third_party_requests WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM third_party_requests w WHERE NOT (${isWaiting}) LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
};

/** Deletes up to `limit` requests that nobody has answered in time and returns their number. */
export async function purgeRequests(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}

export interface WaitingApp {
  readonly client_id: string;
  readonly client_name: string;
  /** Counted up to `requestBounds.people`. */
  readonly people: number;
  readonly asked_at: Date;
}

const maxListed = 5;
const waitingStatement: Statement = {
  name: 'third-party-waiting',
  text: `SELECT c.client_id, c.client_name, r.people, r.asked_at FROM (
      SELECT client_id, count(*)::integer AS people, min(asked_at) AS asked_at FROM third_party_requests
      WHERE asked_at > now() - interval '${requestDays} days' GROUP BY client_id) r
    JOIN clients c ON c.client_id = r.client_id AND c.status = 'active'
    ORDER BY r.people DESC, r.asked_at, c.client_id LIMIT ${maxListed}`,
};

/** Lists the apps for which most people wait. */
export async function listWaitingApps(db: Db): Promise<WaitingApp[]> {
  return db.run<WaitingApp>(waitingStatement, []);
}
