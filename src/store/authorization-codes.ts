/** Authorization codes (RFC 6749 §4.1.2), stored as hashes. One statement inserts a code and its grant. */
import type { ProjectDetails } from '../policy/project-details.ts';
import { consumeArtifactSql } from './artifacts.ts';
import { grantedByPerson } from './consent-parts.ts';
import type { Db, Statement } from './database.ts';
import { allowDeviceSql, lockDeviceSql } from './device-codes.ts';
import { activeOwners, type GrantOwner, grantOwnerColumns, grantRow } from './grants.ts';
import { type EndedInteraction, endInteractionName, endInteractionSql } from './interactions.ts';
import { newParameters, type Parameters } from './parameters.ts';
import { type SessionSave, saveSessionName, saveSessionSql } from './sessions.ts';

/**
 * Locking the consent makes a concurrent disconnect either wait, and then end this grant, or come first and leave
 * nothing to authorize. A consent that has ended authorizes nothing either. Locking the account does the same for a
 * suspension or a new password, which invalidates the sign-in. The consent must still cover the grant, because an app
 * that was disconnected may have a smaller consent now. Its projects must be the same. The client must have the revision with which the request was
 * validated. Its row is locked as the foreign key would lock it, which a change of other columns does not wait for: one that commits
 * while this statement waits for the consent counts as later than the code.
 */
const allowed = `SELECT 1 FROM accounts a JOIN consents k ON k.account_id = a.id, clients c
      WHERE a.id = $2 AND a.status = 'active' AND extract(epoch FROM a.sessions_valid_from)::float8 = $8
        AND k.client_id = $3 AND ${grantedByPerson('k')} @> $9::text[]
        AND k.authorization_details IS NOT DISTINCT FROM $13::jsonb AND (k.ends_at IS NULL OR k.ends_at > clock_timestamp())
        AND c.client_id = $3 AND c.status = 'active' AND c.revision = $10
      FOR SHARE OF a, k FOR KEY SHARE OF c`;
const expiry = "least(clock_timestamp() + interval '2 hours', to_timestamp($11))";
const granted = `INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on, ends_at, authorization_details)
      SELECT $1, $2, $3, $4, ${expiry}, ${expiry}::date, to_timestamp($11), $12 FROM ours
      RETURNING id`;
const inserted = `INSERT INTO authorization_codes (code_hash, grant_id, payload, expires_at)
      SELECT $5, id, $6, to_timestamp($7) FROM granted`;

/** What the same statement writes beside the code. */
export interface BesideCode {
  /** The interaction that led to the code. The statement ends it. */
  readonly interaction?: EndedInteraction | undefined;
  readonly session?: SessionSave | undefined;
  /** Hash of the pushed request that led to the code. The statement uses it up. */
  readonly pushed?: Buffer | undefined;
  /** Hash of the device code that waits for it. The statement marks it as allowed. */
  readonly device?: Buffer | undefined;
}

/**
 * Nothing is written unless everything is allowed, the pushed request is unused and the interaction is not over, so that no step
 * can be half done. There is one exception: if somebody denied the request meanwhile, the pushed request is used up for nothing.
 * An authorization of a device is only locked until the rest is decided.
 */
function insertStatement(parameters: Parameters, { interaction, session, pushed, device }: BesideCode): Statement {
  const free = pushed ? 'pushed' : device ? 'waiting' : 'allowed';
  const way = pushed ? '-pushed' : device ? '-device' : '';
  const used = pushed
    ? `, pushed AS (${consumeArtifactSql(parameters, 'PushedAuthorizationRequest', pushed)}
        AND EXISTS (SELECT FROM allowed) RETURNING 1)`
    : device
      ? `, waiting AS (${lockDeviceSql(parameters, device, 'allowed')})`
      : '';
  const ours = interaction
    ? `${endInteractionSql(parameters, interaction)} AND EXISTS (SELECT FROM ${free}) RETURNING 1`
    : `SELECT 1 FROM ${free}`;
  const saved = session ? `, saved AS (${saveSessionSql(parameters, session, 'ours')})` : '';
  const told = device ? `, told AS (${allowDeviceSql(parameters, device, 'ours')})` : '';
  return {
    name: `code-insert${way}${endInteractionName(interaction)}${saveSessionName(session)}`,
    batch: 'write',
    // The account: the grant is new.
    rowAt: 1,
    text: `WITH allowed AS (${allowed})${used}, ours AS (${ours}),
        granted AS (${granted}), inserted AS (${inserted})${saved}${told}
      SELECT EXISTS (SELECT FROM allowed) AS allowed, EXISTS (SELECT FROM ${free}) AS free,
        EXISTS (SELECT FROM ours) AS stored`,
  };
}

/**
 * Stores a code with its new grant. Nothing is stored, and the result is `refused`, if the consent was withdrawn, the sign-in
 * was invalidated, the account or client is not active, or the client has changed since `clientRevision`; `used`, if the pushed
 * request was used before or the device is told something else; or `over`, if another request has ended the interaction.
 */
export async function insertCodeWithGrant(
  db: Db,
  code: {
    grantId: string;
    accountId: string;
    clientId: string;
    grantPayload: unknown;
    codeHash: Buffer;
    payload: unknown;
    /** Epoch seconds. */
    expiresAt: number;
    /** The account's value when the sign-in was read. A later value in the row invalidates that sign-in. */
    sessionsValidFrom: number | undefined;
    scopes: readonly string[];
    /** Revision of the client that the request was validated with. */
    clientRevision: string;
    /** The end of the authorization, in epoch seconds; undefined if it has none. */
    endsAt?: number | undefined;
    /** The projects of the grant, and those of the consent that it was made from; undefined if they are not limited. */
    details?: ProjectDetails | undefined;
    consentDetails?: ProjectDetails | undefined;
  },
  beside: BesideCode = {},
): Promise<'stored' | 'refused' | 'used' | 'over'> {
  const parameters = newParameters([
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
    code.endsAt ?? null,
    code.details ? JSON.stringify(code.details) : null,
    code.consentDetails ? JSON.stringify(code.consentDetails) : null,
  ]);
  const statement = insertStatement(parameters, beside);
  const [row] = await db.run<{ allowed: boolean; free: boolean; stored: boolean }>(statement, parameters.values);
  if (row?.stored) return 'stored';
  if (!row?.allowed) return 'refused';
  return row.free ? 'over' : 'used';
}

export interface StoredCode extends GrantOwner {
  readonly payload: Record<string, unknown>;
  readonly consumed: boolean;
  /** Epoch seconds. */
  readonly expires_at: number;
  /** The session in which it was issued has ended. */
  readonly signed_out: boolean;
}

const findStatement: Statement = {
  name: 'code-find',
  batch: 'read',
  text: `WITH z AS MATERIALIZED (
      SELECT y.grant_id, y.payload, y.consumed_at IS NOT NULL AS consumed, extract(epoch FROM y.expires_at)::float8 AS expires_at,
        NOT EXISTS (SELECT FROM sessions s WHERE s.uid = y.payload->>'sessionUid') AS signed_out
      FROM authorization_codes y WHERE y.code_hash = $1
    ), ${grantRow('id = (SELECT grant_id FROM z)')}
    SELECT ${grantOwnerColumns}, z.payload, z.consumed, z.expires_at, z.signed_out
    FROM z JOIN g ON g.id = z.grant_id ${activeOwners}`,
};

/** Returns a code, consumed or not, with its grant and account, if the grant exists and account and client are active. */
export async function findCode(db: Db, codeHash: Buffer): Promise<StoredCode | undefined> {
  const [row] = await db.run<StoredCode>(findStatement, [codeHash]);
  return row;
}

const consumeStatement: Statement = {
  name: 'code-consume',
  batch: 'write',
  text: `UPDATE authorization_codes SET consumed_at = clock_timestamp() WHERE code_hash = $1 AND consumed_at IS NULL
    RETURNING grant_id`,
};

/** Consumes a code. Returns false if it was consumed before. */
export async function consumeCode(db: Db, codeHash: Buffer): Promise<boolean> {
  return (await db.run(consumeStatement, [codeHash])).length === 1;
}

const releaseStatement: Statement = {
  name: 'code-release',
  batch: 'write',
  text: 'UPDATE authorization_codes SET consumed_at = NULL WHERE code_hash = $1',
};

/** Takes the consumption back. Only for the request that has consumed the code, and gave nothing for it. */
export async function releaseCode(db: Db, codeHash: Buffer): Promise<void> {
  await db.run(releaseStatement, [codeHash]);
}

const purgeStatement: Statement = {
  name: 'codes-purge',
  text: `DELETE FROM authorization_codes WHERE code_hash IN (
      SELECT code_hash FROM authorization_codes WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};

/** Deletes up to `limit` expired codes and returns their number. */
export async function purgeCodes(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
