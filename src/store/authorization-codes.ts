/** Authorization codes (RFC 6749 §4.1.2), by hash only. A code and its grant are born in one statement. */
import type { Db, Statement } from './database.ts';
import { activeOwners, type GrantOwner, grantOwnerColumns } from './grants.ts';

/**
 * The consent is locked so that a disconnect at the same moment either waits and then ends this grant, or comes first
 * and leaves nothing to authorize; the account likewise against suspension and a new password, after which the sign-in
 * that asked no longer counts. The consent must cover the grant still: a disconnected app may have got a smaller one. The
 * client must be the one that the request was judged by: locked as its foreign key does anyway, so that its revision is
 * compared as of that lock.
 */
const insertStatement: Statement = {
  name: 'code-insert',
  text: `WITH allowed AS (
      SELECT 1 FROM accounts a JOIN consents k ON k.account_id = a.id, clients c
      WHERE a.id = $2 AND a.status = 'active' AND extract(epoch FROM a.sessions_valid_from)::float8 = $8
        AND k.client_id = $3 AND k.granted @> $9::text[] AND c.client_id = $3 AND c.status = 'active' AND c.revision = $10
      FOR SHARE OF a, k FOR KEY SHARE OF c
    ), granted AS (
      INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on)
      SELECT $1, $2, $3, $4, clock_timestamp() + interval '2 hours', (clock_timestamp() + interval '2 hours')::date FROM allowed
      RETURNING id
    )
    INSERT INTO authorization_codes (code_hash, grant_id, payload, expires_at)
    SELECT $5, id, $6, to_timestamp($7) FROM granted RETURNING grant_id`,
};

/** Stores a code with its new grant. False when the consent or the sign-in is gone, the account or
 * client is not active, or the client is another one than at `clientRevision`. */
export async function insertCodeWithGrant(
  db: Db,
  code: {
    grantId: string;
    accountId: string;
    clientId: string;
    grantPayload: unknown;
    codeHash: Buffer;
    payload: unknown;
    expiresAt: number;
    /** As the account had it when the sign-in was read: a later one ends that. */
    sessionsValidFrom: number | undefined;
    scopes: readonly string[];
    /** Of the client that allowed it. */
    clientRevision: string;
  },
): Promise<boolean> {
  const values = [
    code.grantId,
    code.accountId,
    code.clientId,
    JSON.stringify(code.grantPayload),
    code.codeHash,
    JSON.stringify(code.payload),
    code.expiresAt,
    code.sessionsValidFrom,
    code.scopes,
    code.clientRevision,
  ];
  return (await db.run(insertStatement, values)).length === 1;
}

export interface StoredCode extends GrantOwner {
  readonly payload: Record<string, unknown>;
  readonly consumed: boolean;
  /** Epoch seconds. */
  readonly expires_at: number;
}

const findStatement: Statement = {
  name: 'code-find',
  text: `SELECT ${grantOwnerColumns}, z.payload, z.consumed_at IS NOT NULL AS consumed,
      extract(epoch FROM z.expires_at)::float8 AS expires_at
    FROM authorization_codes z JOIN grants g ON g.id = z.grant_id ${activeOwners}
    WHERE z.code_hash = $1`,
};

/** A code with its grant and account, consumed or not, if all of them live. */
export async function findCode(db: Db, codeHash: Buffer): Promise<StoredCode | undefined> {
  const [row] = await db.run<StoredCode>(findStatement, [codeHash]);
  return row;
}

const consumeStatement: Statement = {
  name: 'code-consume',
  text: `UPDATE authorization_codes SET consumed_at = clock_timestamp() WHERE code_hash = $1 AND consumed_at IS NULL
    RETURNING grant_id`,
};

/** Uses a code up. False when another caller did so before. */
export async function consumeCode(db: Db, codeHash: Buffer): Promise<boolean> {
  return (await db.run(consumeStatement, [codeHash])).length === 1;
}

const purgeStatement: Statement = {
  name: 'codes-purge',
  text: `DELETE FROM authorization_codes WHERE code_hash IN (
      SELECT code_hash FROM authorization_codes WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};

/** Deletes up to `limit` expired codes; returns how many. */
export async function purgeCodes(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
