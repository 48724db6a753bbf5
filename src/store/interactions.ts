/**
 * Interactions: artifacts that refer to a session and a client. One statement reads an interaction with both.
 *
 * Only one request may end an interaction. The statement that stores what the request leads to also replaces the row with the
 * resulting redirect, for a browser that asks again. All nodes share the rows.
 */
import { type AccountFacts, accountFactsColumn } from './account-facts.ts';
import { makeRoom } from './artifacts.ts';
import type { Db, Statement } from './database.ts';
import { newParameters, oneRow, type Parameters } from './parameters.ts';
import { sha256 } from './sealer.ts';
import { type SessionSave, type StoredSession, saveSessionName, saveSessionSql, sessionColumns } from './sessions.ts';

export interface StoredInteraction {
  readonly payload: Buffer;
  /** A node of an earlier release has taken it. */
  readonly consumed: boolean;
  /** The account whose sign-in waits in it. */
  readonly account: AccountFacts | null;
  /** When the password of that sign-in was verified, in epoch seconds; null if the payload says it. */
  readonly signedInAt: number | null;
  /** The current revision of the client; null if the client is not active, or the row is of an earlier release. */
  readonly clientRevision: string | null;
}

/** What a statement stores of an interaction. */
export interface InteractionWrite {
  readonly idHash: Buffer;
  readonly payload: Buffer;
  /** The account whose sign-in waits in it. */
  readonly accountId: string | null;
  readonly sessionUid: string | null;
  readonly clientId: string | null;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A new interaction, and whose it is. */
export interface OwnedInteraction extends InteractionWrite {
  readonly owner: string;
  /** How many interactions the owner may have. The oldest are deleted to make room. */
  readonly limit: number;
}

const facts = `f.payload, f.consumed_at IS NOT NULL AS consumed,
    CASE WHEN a.id IS NOT NULL THEN ${accountFactsColumn} END AS account,
    extract(epoch FROM f.signed_in_at)::float8 AS "signedInAt", c.revision AS "clientRevision", ${sessionColumns}`;
const owners = `LEFT JOIN accounts a ON a.id = f.account_id AND a.status = 'active'
  LEFT JOIN clients c ON c.client_id = f.client_id AND c.status = 'active'`;
const isIt = `f.model = 'Interaction' AND f.id_hash = $1 AND f.expires_at > now()`;

const findStatement: Statement = {
  name: 'interaction-find',
  batch: 'read',
  text: `SELECT ${facts} FROM artifacts f ${owners}
    LEFT JOIN sessions s ON s.uid = f.session_uid LEFT JOIN accounts b ON b.id = s.account_id WHERE ${isIt}`,
};
const findBesideSessionStatement: Statement = {
  name: 'interaction-find-beside-session',
  batch: 'read',
  text: `SELECT ${facts} FROM ${oneRow} LEFT JOIN artifacts f ON ${isIt} ${owners}
    LEFT JOIN sessions s ON s.id_hash = $2 LEFT JOIN accounts b ON b.id = s.account_id`,
};

interface Found {
  readonly interaction: StoredInteraction | undefined;
  readonly session: StoredSession | undefined;
}

type Row = Partial<StoredInteraction> & { session_uid: string | null } & {
  session_payload: Buffer;
  session_account: AccountFacts | null;
};

/** Returns an interaction, and the session that it refers to if that is valid. */
export async function findInteraction(db: Db, idHash: Buffer): Promise<Found> {
  return found(await db.run<Row>(findStatement, [idHash]));
}

/** Returns an interaction, and the session with this id if that is valid. They need not belong together. */
export async function findInteractionBesideSession(db: Db, idHash: Buffer, sessionIdHash: Buffer): Promise<Found> {
  return found(await db.run<Row>(findBesideSessionStatement, [idHash, sessionIdHash]));
}

function found([row]: Row[]): Found {
  if (!row) return { interaction: undefined, session: undefined };
  const { session_uid: uid, session_payload: payload, session_account: account } = row;
  return {
    interaction: row.payload ? (row as StoredInteraction) : undefined,
    session: uid === null ? undefined : { uid, payload, account },
  };
}

/**
 * Parts of a statement that insert an interaction and delete the owner's oldest, if the table expression `from` has its one
 * row. Rows that another request has locked are not deleted, and an interaction that already has an answer is not inserted
 * again. `signedInAt` is an expression over that row; `except` names an interaction that the statement itself changes.
 */
export function insertInteractionSql(
  { add }: Parameters,
  { owner, limit, ...interaction }: OwnedInteraction,
  { from, signedInAt = 'NULL::timestamptz', except }: { from: string; signedInAt?: string; except?: string },
): string {
  const [idHash, ownerHash, kept] = [add(interaction.idHash), add(sha256(owner)), add(limit - 1)];
  const others = `AND EXISTS (SELECT FROM ${from})${except ? ` AND id_hash <> ${except}` : ''}`;
  const { payload, accountId, sessionUid, clientId, expiresAt } = interaction;
  return `${makeRoom({ model: add('Interaction'), owner: ownerHash, kept, others })}, stored AS (
      INSERT INTO artifacts (model, id_hash, payload, account_id, session_uid, client_id, expires_at, owner, signed_in_at)
      SELECT 'Interaction', ${idHash}, ${add(payload)}, ${add(accountId)}, ${add(sessionUid)}, ${add(clientId)},
        to_timestamp(${add(expiresAt)}), ${ownerHash}, ${signedInAt}
      FROM ${from} WHERE NOT EXISTS (SELECT FROM artifacts WHERE model = 'Answer' AND id_hash = ${idHash})
      ON CONFLICT (model, id_hash) DO NOTHING
    )`;
}

export async function insertInteraction(db: Db, interaction: OwnedInteraction): Promise<void> {
  const parameters = newParameters();
  const parts = insertInteractionSql(parameters, interaction, { from: oneRow });
  await db.run({ name: 'interaction-insert', batch: 'write', text: `WITH ${parts} SELECT` }, parameters.values);
}

/**
 * A part of a statement that saves an interaction which was read, if the table expression `from` has its one row. It restores
 * none that was deleted or taken meanwhile. `signedInAt` is an expression over that row.
 */
export function updateInteractionSql(
  { add }: Parameters,
  interaction: InteractionWrite,
  from: string,
  signedInAt = 'NULL::timestamptz',
): string {
  const { payload, accountId, sessionUid, clientId, expiresAt, idHash } = interaction;
  return `UPDATE artifacts f SET payload = ${add(payload)}, account_id = ${add(accountId)}, session_uid = ${add(sessionUid)},
      client_id = ${add(clientId)}, signed_in_at = ${signedInAt}, expires_at = to_timestamp(${add(expiresAt)})
    FROM ${from} WHERE f.model = 'Interaction' AND f.id_hash = ${add(idHash)} AND f.consumed_at IS NULL`;
}

export async function updateInteraction(db: Db, interaction: InteractionWrite): Promise<void> {
  const parameters = newParameters();
  const text = updateInteractionSql(parameters, interaction, oneRow);
  const rowAt = parameters.values.indexOf(interaction.idHash);
  await db.run({ name: 'interaction-update', batch: 'write', rowAt, text }, parameters.values);
}

/** An interaction that a request has resumed, and where that leads: a sealed redirect; undefined if it leads to a page. */
export interface EndedInteraction {
  readonly idHash: Buffer;
  readonly answer: Buffer | undefined;
}

/** A part of a statement that ends an interaction: the redirect takes its place for 30 seconds. Only one of two requests succeeds. */
export function endInteractionSql({ add }: Parameters, { idHash, answer }: EndedInteraction): string {
  const change = answer
    ? `UPDATE artifacts SET model = 'Answer', payload = ${add(answer)}, account_id = NULL, session_uid = NULL, client_id = NULL,
        signed_in_at = NULL, consumed_at = statement_timestamp(), expires_at = statement_timestamp() + interval '30 seconds'`
    : 'DELETE FROM artifacts';
  return `${change} WHERE model = 'Interaction' AND id_hash = ${add(idHash)} AND consumed_at IS NULL`;
}

/** The part of a name that tells how a statement ends an interaction. */
export function endInteractionName(ended: EndedInteraction | undefined): string {
  return ended ? (ended.answer ? '-answer' : '-end') : '';
}

/**
 * Ends an interaction and stores what came of it, all in one statement. Returns false, and stores nothing, if another request
 * has ended it.
 */
export async function endInteraction(
  db: Db,
  ended: EndedInteraction,
  { next, session }: { next: OwnedInteraction | undefined; session: SessionSave | undefined },
): Promise<boolean> {
  const parameters = newParameters([ended.idHash]);
  const parts = [
    `mine AS (${endInteractionSql(parameters, ended)} RETURNING 1)`,
    ...(next ? [insertInteractionSql(parameters, next, { from: 'mine', except: '$1' })] : []),
    ...(session ? [`saved AS (${saveSessionSql(parameters, session, 'mine')})`] : []),
  ];
  const name = `interaction${endInteractionName(ended)}${next ? '-next' : ''}${saveSessionName(session)}`;
  const text = `WITH ${parts.join(', ')} SELECT 1 FROM mine WHERE $1::bytea IS NOT NULL`;
  return (await db.run({ name, batch: 'write', text }, parameters.values)).length === 1;
}

const removeStatement: Statement = {
  name: 'interaction-remove',
  batch: 'write',
  text: `DELETE FROM artifacts WHERE model = 'Interaction' AND id_hash = $1`,
};

export async function removeInteraction(db: Db, idHash: Buffer): Promise<void> {
  await db.run(removeStatement, [idHash]);
}

const findAnswerStatement: Statement = {
  name: 'interaction-answer-find',
  batch: 'read',
  text: `SELECT payload FROM artifacts WHERE model = 'Answer' AND id_hash = $1 AND expires_at > now()`,
};

/** Returns the sealed redirect of an interaction that has ended. */
export async function findAnswer(db: Db, idHash: Buffer): Promise<Buffer | undefined> {
  const [row] = await db.run<{ payload: Buffer }>(findAnswerStatement, [idHash]);
  return row?.payload;
}

const findSignedInStatement: Statement = {
  name: 'interaction-signed-in',
  text: `SELECT 1 FROM artifacts WHERE id_hash = $1 AND expires_at > now()
    AND (model = 'Answer' OR (model = 'Interaction' AND account_id IS NOT NULL))`,
};

/** Reports whether somebody has signed in for an interaction, whether or not the browser has returned to the engine since. */
export async function isSignedInFor(db: Db, idHash: Buffer): Promise<boolean> {
  return (await db.run(findSignedInStatement, [idHash])).length > 0;
}
