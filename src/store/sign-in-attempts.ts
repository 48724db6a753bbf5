/**
 * Sign-ins that have shown one factor and wait for another. A suspension, a new password or "sign out everywhere" ends them,
 * because they count only if they are newer than the account's `sessions_valid_from`.
 */
import type { Amr } from '../policy/assurance.ts';
import { attemptSeconds, type Factors } from '../policy/second-step.ts';
import { type AccountFacts, accountFactsColumn } from './account-facts.ts';
import type { Db, Statement } from './database.ts';
import {
  type InteractionWrite,
  insertInteractionSql,
  type OwnedInteraction,
  updateInteractionSql,
} from './interactions.ts';
import { newParameters, type Parameters } from './parameters.ts';
import { factorsOf } from './second-step.ts';
import { type SignInSource, signedInName, signedInSql } from './sign-in-event.ts';

export interface SignInAttempt {
  readonly account: AccountFacts;
  /** The methods that were used so far. */
  readonly methods: readonly string[];
  readonly factors: Factors;
  /** By the database's clock. */
  readonly verifiedAt: Date;
  /** Recovery codes that this sign-in has made and the person has not saved yet, sealed. */
  readonly unsavedCodes: Buffer | null;
}

export interface NewSignInAttempt {
  readonly idHash: Buffer;
  readonly accountId: string;
  readonly methods: readonly Amr[];
  readonly interaction: string | undefined;
  readonly verifiedAt: Date;
  readonly ttlSeconds: number;
}

const putStatement: Statement = {
  name: 'sign-in-attempt-put',
  text: `INSERT INTO sign_in_attempts (id_hash, account_id, methods, interaction, verified_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 second')
    ON CONFLICT (id_hash) DO UPDATE SET account_id = excluded.account_id, methods = excluded.methods,
      interaction = excluded.interaction, verified_at = excluded.verified_at, expires_at = excluded.expires_at,
      unsaved_codes = NULL`,
};

/** Stores it, in place of another one of the same browser and authorization. */
export async function putSignInAttempt(db: Db, attempt: NewSignInAttempt): Promise<void> {
  const { idHash, accountId, methods, interaction, verifiedAt, ttlSeconds } = attempt;
  await db.run(putStatement, [idHash, accountId, methods, interaction ?? null, verifiedAt, ttlSeconds]);
}

const enrolStatement: Statement = {
  name: 'sign-in-attempt-enrol',
  text: `UPDATE sign_in_attempts SET methods = $3, verified_at = $4, unsaved_codes = $5,
      expires_at = clock_timestamp() + interval '${attemptSeconds} seconds'
    WHERE id_hash = $1 AND account_id = $2 AND expires_at > clock_timestamp()`,
};

/** Notes that the attempt has set up a second step. Does nothing if it is over: a form that was sent twice must not begin it again. */
export async function noteEnrolment(
  db: Db,
  attempt: { idHash: Buffer; accountId: string; methods: readonly Amr[]; verifiedAt: Date; unsavedCodes: Buffer },
): Promise<void> {
  const { idHash, accountId, methods, verifiedAt, unsavedCodes } = attempt;
  await db.run(enrolStatement, [idHash, accountId, methods, verifiedAt, unsavedCodes]);
}

const findStatement: Statement = {
  name: 'sign-in-attempt-find',
  batch: 'read',
  text: `SELECT ${accountFactsColumn} AS account, s.methods, ${factorsOf('a')} AS factors, s.verified_at AS "verifiedAt",
      s.unsaved_codes AS "unsavedCodes"
    FROM sign_in_attempts s JOIN accounts a ON a.id = s.account_id
    WHERE s.id_hash = $1 AND s.expires_at > now() AND a.status = 'active' AND s.verified_at >= a.sessions_valid_from`,
};

export async function findSignInAttempt(db: Db, idHash: Buffer): Promise<SignInAttempt | undefined> {
  const [row] = await db.run<SignInAttempt>(findStatement, [idHash]);
  return row;
}

/** The session that an attempt leads to, for the other click of a double click: it has its own id, so no attempt is continued from it. */
export interface LeftSession {
  readonly idHash: Buffer;
  /** Sealed. */
  readonly session: Buffer;
}

/** How long the other click of a double click may take. */
const leftSeconds = 30;

/**
 * Ends the attempt and returns the time of the sign-in by the database's clock; undefined if the attempt is over. The same
 * statement writes the audit event, tells of a new browser, and stores the interaction in which the sign-in waits. It waits for a concurrent change of
 * the password, and then does nothing.
 */
export async function finishSignInAttempt(
  db: Db,
  attempt: { idHash: Buffer; accountId: string; methods: readonly Amr[] },
  source: SignInSource,
  outcome: InteractionSave | LeftSession,
): Promise<Date | undefined> {
  const { idHash, accountId, methods } = attempt;
  const parameters = newParameters([idHash, accountId]);
  const recorded = signedInSql(parameters, '$2', source, methods);
  const isLeft = 'session' in outcome;
  const stored = isLeft ? leftSql(parameters, outcome) : saveInteractionSql(parameters, outcome);
  const text = `WITH person AS (
      SELECT id, sessions_valid_from FROM accounts WHERE id = $2 AND status = 'active' FOR SHARE),
    done AS (
      DELETE FROM sign_in_attempts s USING person p
      WHERE s.id_hash = $1 AND s.account_id = p.id AND s.expires_at > now() AND s.verified_at >= p.sessions_valid_from
      RETURNING CASE WHEN s.verified_at < clock_timestamp() - interval '${attemptSeconds} seconds'
        THEN s.verified_at ELSE clock_timestamp() END AS verified_at),
    ${stored}
    SELECT verified_at, ${recorded} FROM done`;
  const saved = isLeft ? 'session' : `${outcome.isNew ? 'new-' : ''}interaction`;
  const name = `sign-in-attempt-finish${signedInName(source)}-${saved}`;
  const [row] = await db.run<{ verified_at: Date }>({ name, batch: 'write', text }, parameters.values);
  return row?.verified_at;
}

/** An interaction in which a sign-in waits, as it is saved: a new one, or one that was read. */
export type InteractionSave =
  | { readonly isNew: true; readonly write: OwnedInteraction }
  | { readonly isNew: false; readonly write: InteractionWrite };

function saveInteractionSql(parameters: Parameters, { isNew, write }: InteractionSave): string {
  return isNew
    ? insertInteractionSql(parameters, write, { from: 'done', signedInAt: 'verified_at' })
    : `stored AS (${updateInteractionSql(parameters, write, 'done', 'done.verified_at')})`;
}

function leftSql(parameters: Parameters, { idHash, session }: LeftSession): string {
  return `kept AS (
      INSERT INTO sign_in_attempts (id_hash, account_id, methods, verified_at, unsaved_codes, expires_at)
        SELECT ${parameters.add(idHash)}, $2, '{}', verified_at, ${parameters.add(session)}, clock_timestamp() + interval '${leftSeconds} seconds'
        FROM done
        ON CONFLICT (id_hash) DO UPDATE SET account_id = excluded.account_id, verified_at = excluded.verified_at,
          unsaved_codes = excluded.unsaved_codes, expires_at = excluded.expires_at)`;
}

const findLeftStatement: Statement = {
  name: 'sign-in-attempt-left',
  text: 'SELECT unsaved_codes AS session FROM sign_in_attempts WHERE id_hash = $1 AND expires_at > clock_timestamp()',
};

/** The session to which an attempt has just led, sealed. */
export async function findLeftSession(db: Db, idHash: Buffer): Promise<Buffer | undefined> {
  const [row] = await db.run<{ session: Buffer | null }>(findLeftStatement, [idHash]);
  return row?.session ?? undefined;
}

const removeStatement: Statement = {
  name: 'sign-in-attempt-remove',
  text: 'DELETE FROM sign_in_attempts WHERE id_hash = $1',
};

export async function removeSignInAttempt(db: Db, idHash: Buffer): Promise<void> {
  await db.run(removeStatement, [idHash]);
}

const purgeStatement: Statement = {
  name: 'sign-in-attempts-purge',
  text: `DELETE FROM sign_in_attempts WHERE id_hash IN (
      SELECT id_hash FROM sign_in_attempts WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired attempts and returns their number. */
export async function purgeSignInAttempts(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
