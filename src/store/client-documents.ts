/** How the documents of clients were read last. What a document says is in the row of its client. */
import type { DocumentState } from '../policy/client/document-ids.ts';
import type { Db, Statement } from './database.ts';
import { isWaiting } from './third-party.ts';

/** A `DocumentState` of the client with this alias; null if it has no document. */
export const documentSql = (client: string): string =>
  `(SELECT json_build_object('digest', encode(d.digest, 'hex'), 'etag', d.etag, 'fetched_at', d.fetched_at,
      'fresh_until', d.fresh_until, 'error', d.error, 'failed_at', d.failed_at)
    FROM client_documents d WHERE d.client_id = ${client}.client_id)`;

const findStatement: Statement = {
  name: 'client-document-find',
  text: `SELECT ${documentSql('c')} AS document FROM clients c WHERE c.client_id = $1`,
};

export async function findClientDocument(db: Db, clientId: string): Promise<DocumentState | undefined> {
  const [row] = await db.run<{ document: DocumentState | null }>(findStatement, [clientId]);
  return row?.document ?? undefined;
}

const saveStatement: Statement = {
  name: 'client-document-save',
  text: `INSERT INTO client_documents (client_id, digest, etag, fetched_at, fresh_until)
    VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 second')
    ON CONFLICT (client_id) DO UPDATE SET digest = excluded.digest, etag = excluded.etag, fetched_at = excluded.fetched_at,
      fresh_until = excluded.fresh_until, error = NULL, failed_at = NULL`,
};

/** The document was there and right. */
export async function saveDocumentRead(
  trx: Db,
  clientId: string,
  { digest, etag, freshSeconds }: { digest: Buffer; etag: string | null; freshSeconds: number },
): Promise<void> {
  await trx.run(saveStatement, [clientId, digest, etag, freshSeconds]);
}

const unchangedStatement: Statement = {
  name: 'client-document-unchanged',
  text: `UPDATE client_documents SET etag = $4, fetched_at = clock_timestamp(), fresh_until = clock_timestamp() + $2 * interval '1 second',
      error = NULL, failed_at = NULL
    WHERE client_id = $1 AND encode(digest, 'hex') = $3 RETURNING 1`,
};

/** The document is the one with this digest. Returns false if another one is stored meanwhile. */
export async function saveDocumentUnchanged(
  db: Db,
  clientId: string,
  { digest, etag, freshSeconds }: { digest: string; etag: string | null; freshSeconds: number },
): Promise<boolean> {
  return (await db.run(unchangedStatement, [clientId, freshSeconds, digest, etag])).length === 1;
}

// Another node may have read it meanwhile, and found it there.
const failedStatement: Statement = {
  name: 'client-document-failed',
  text: `UPDATE client_documents SET error = $2, failed_at = clock_timestamp(),
      fresh_until = least(fresh_until, clock_timestamp())
    WHERE client_id = $1 AND fetched_at < to_timestamp($3) RETURNING 1`,
};

/**
 * The document was not there, or wrong, when it was read at `beganAt` (epoch seconds). It is read again before the next
 * authorization. Returns false if it was there since.
 */
export async function saveDocumentFailure(
  db: Db,
  clientId: string,
  { error, beganAt }: { error: string; beganAt: number },
): Promise<boolean> {
  return (await db.run(failedStatement, [clientId, error, beganAt])).length === 1;
}

// The document would come back under the same id, without what an admin decided about it.
const undecided = `c.admin_decisions IS NULL AND c.profile = 'standard'`;

const unusedStatement: Statement = {
  name: 'client-documents-unused',
  text: `SELECT d.client_id FROM client_documents d JOIN clients c ON c.client_id = d.client_id
    WHERE d.fresh_until < now() - $2 * interval '1 second' AND c.status = 'active' AND c.verified_at IS NULL
      AND c.owner_account_id IS NULL AND c.registration_type = 'metadata_document' AND ${undecided}
      AND NOT EXISTS (SELECT FROM consents k WHERE k.client_id = d.client_id)
      AND NOT EXISTS (SELECT FROM grants g WHERE g.client_id = d.client_id)
      AND NOT EXISTS (SELECT FROM third_party_requests w WHERE w.client_id = d.client_id AND ${isWaiting})
    ORDER BY d.fresh_until LIMIT $1 FOR UPDATE OF c SKIP LOCKED`,
};

// With the row locked nobody can begin to use the client, and this statement sees everybody who has begun.
const removeStatement: Statement = {
  name: 'client-documents-remove',
  text: `DELETE FROM clients c WHERE c.client_id = ANY ($1) AND ${undecided}
      AND EXISTS (SELECT FROM client_documents d
        WHERE d.client_id = c.client_id AND d.fresh_until < now() - $2 * interval '1 second')
      AND NOT EXISTS (SELECT FROM consents k WHERE k.client_id = c.client_id)
      AND NOT EXISTS (SELECT FROM grants g WHERE g.client_id = c.client_id)
      AND NOT EXISTS (SELECT FROM third_party_requests w WHERE w.client_id = c.client_id AND ${isWaiting})
    RETURNING c.client_id`,
};

/**
 * Deletes clients that nobody allows anything or waits for, and that were not asked for lately, and returns their number. A document is read
 * again before an authorization begins once it is not fresh any more, so one that has not been fresh for `idleSeconds` has no
 * authorization under way. A suspended client stays, and with it the suspension; so does one about which an admin
 * has decided something.
 */
export async function purgeUnusedDocuments(db: Db, limit: number, idleSeconds = 7 * 86_400): Promise<number> {
  const unused = await db.run<{ client_id: string }>(unusedStatement, [limit, idleSeconds]);
  if (unused.length === 0) return 0;
  const ids = unused.map(({ client_id: id }) => id);
  const removed = await db.run<{ client_id: string }>(removeStatement, [ids, idleSeconds]);
  for (const { client_id: id } of removed) await db.notify('clients', id);
  return removed.length;
}
