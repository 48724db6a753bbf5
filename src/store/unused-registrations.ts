/**
 * Deletes clients that registered themselves and that nobody uses: after a week if nobody ever did, and after 90 days without use
 * otherwise. A client that only authenticates counts as unused: otherwise a stranger could keep thousands. One with a token family
 * or a question that waits for a person stays, whatever its age, and so does one that an admin has suspended, verified or given to
 * somebody.
 */
import type { Db, Statement } from './database.ts';
import { isWaiting } from './third-party.ts';

/** So many a step: each leaves an audit event, which is sealed within seconds. */
const maxRows = 500;
const unusedDays = 7;
const idleDays = 90;

/** Nobody is using the client `c`. Codes belong to grants; a grant is there until its tokens have ended. */
const idle = `c.registration_type = 'dynamic' AND c.status = 'active' AND c.verified_at IS NULL AND c.owner_account_id IS NULL
      AND NOT EXISTS (SELECT FROM grants g WHERE g.client_id = c.client_id)
      AND NOT EXISTS (SELECT FROM third_party_requests w WHERE w.client_id = c.client_id AND ${isWaiting})
      AND NOT EXISTS (SELECT FROM device_codes d WHERE d.client_id = c.client_id AND d.expires_at > clock_timestamp())
      AND NOT EXISTS (SELECT FROM artifacts f WHERE f.client_id = c.client_id AND f.expires_at > clock_timestamp())`;
const never = `r.used_at IS NULL AND r.created_at < clock_timestamp() - ${unusedDays} * interval '1 day'
      AND NOT EXISTS (SELECT FROM consents k WHERE k.client_id = c.client_id)`;
const notLately = `r.used_at < clock_timestamp() - ${idleDays} * interval '1 day'
      AND NOT EXISTS (SELECT FROM consents k WHERE k.client_id = c.client_id
        AND k.updated_at > clock_timestamp() - ${idleDays} * interval '1 day')
      AND NOT EXISTS (SELECT FROM client_uses u WHERE u.client_id = c.client_id
        AND u.last_used_at > clock_timestamp() - ${idleDays} * interval '1 day')`;

const unusedStatement: Statement = {
  name: 'client-registrations-unused',
  text: `SELECT c.client_id FROM client_registrations r JOIN clients c ON c.client_id = r.client_id
    WHERE ${never} AND ${idle} ORDER BY r.created_at LIMIT $1 FOR UPDATE OF c SKIP LOCKED`,
};

// With the row locked nobody can begin to use the client, and this statement sees everybody who has begun.
const remove = (name: string, condition: string, reason: string): Statement => ({
  name: `client-registrations-${name}-remove`,
  text: `WITH gone AS (DELETE FROM clients c USING client_registrations r
      WHERE r.client_id = c.client_id AND c.client_id = ANY ($1) AND ${condition} AND ${idle} RETURNING c.client_id)
    SELECT client_id, append_audit('system', 'client.deleted', 'client:' || client_id, '{"reason": "${reason}"}', NULL)::text FROM gone`,
});

const removeUnused = remove('unused', never, `nobody used it within ${unusedDays} days`);
const removeIdle = remove('idle', notLately, `nobody has used it for ${idleDays} days`);

// An authorization under way holds a consent and then waits for the client. So consents are locked first, without waiting.
const consentsStatement: Statement = {
  name: 'client-registrations-consents',
  text: `WITH locked AS MATERIALIZED (
      SELECT client_id, account_id FROM consents WHERE client_id = ANY ($1) FOR UPDATE SKIP LOCKED)
    SELECT id AS client_id FROM unnest($1::text[]) id
    WHERE (SELECT count(*) FROM consents k WHERE k.client_id = id) = (SELECT count(*) FROM locked l WHERE l.client_id = id)`,
};
const idleStatement: Statement = {
  name: 'client-registrations-idle',
  text: `SELECT c.client_id FROM client_registrations r JOIN clients c ON c.client_id = r.client_id
    WHERE ${notLately} AND ${idle} ORDER BY r.used_at LIMIT $1`,
};
const lockStatement: Statement = {
  name: 'client-registrations-lock',
  text: 'SELECT client_id FROM clients WHERE client_id = ANY ($1) FOR UPDATE SKIP LOCKED',
};

interface Row {
  readonly client_id: string;
}
const idsOf = (rows: readonly Row[]) => rows.map(({ client_id: id }) => id);

/** Deletes clients that nobody has ever used, and returns their number. */
export async function purgeUnusedRegistrations(db: Db, limit: number): Promise<number> {
  const ids = idsOf(await db.run<Row>(unusedStatement, [Math.min(limit, maxRows)]));
  return removeAll(db, removeUnused, ids);
}

/** Deletes clients that nobody uses any more, with what people had allowed them, and returns their number. */
export async function purgeIdleRegistrations(db: Db, limit: number): Promise<number> {
  const found = idsOf(await db.run<Row>(idleStatement, [Math.min(limit, maxRows)]));
  if (found.length === 0) return 0;
  const free = idsOf(await db.run<Row>(consentsStatement, [found]));
  const locked = idsOf(await db.run<Row>(lockStatement, [free]));
  return removeAll(db, removeIdle, locked);
}

async function removeAll(db: Db, statement: Statement, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const removed = await db.run<Row>(statement, [ids]);
  for (const { client_id: id } of removed) await db.notify('clients', id);
  return removed.length;
}
