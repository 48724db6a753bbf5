/**
 * Consents: what an account has allowed a client. What its organisations allow besides is not among it; see organisation-consents.
 */
import type { Pinned } from '../policy/client/pinned.ts';
import type { ProjectDetails } from '../policy/project-details.ts';
import { appendValues, type NewAuditEvent } from './audit.ts';
import { sql } from './builder.ts';
import { grantedByPerson } from './consent-parts.ts';
import type { Db, Statement } from './database.ts';
import { type InteractionWrite, updateInteractionSql } from './interactions.ts';
import { newParameters, type Parameters } from './parameters.ts';

export interface Consent {
  /** Scopes that the person has allowed; empty if only an organisation allows the client. */
  readonly granted: string[];
  /** Optional scopes that the user left unticked. They are not asked for again unless the app sends prompt=consent. */
  readonly refused: string[];
  readonly created_at: Date;
  readonly updated_at: Date;
  /** When the answer ends; null: when the person disconnects the app. */
  readonly ends_at: Date | null;
  /** What the client was when the person allowed it, if it describes itself; null in answers from before that was kept. */
  readonly pinned?: Pinned | null;
  /** The projects that the app may use; null: all of them. */
  readonly authorization_details?: ProjectDetails | null;
}

const findStatement: Statement = {
  name: 'consent-find',
  batch: 'read',
  text: `SELECT ${grantedByPerson('k')} AS granted, k.refused, k.created_at, k.updated_at, k.ends_at, k.pinned, k.authorization_details
    FROM consents k WHERE k.account_id = $1 AND k.client_id = $2`,
};

export async function findConsent(db: Db, accountId: string, clientId: string): Promise<Consent | undefined> {
  const [row] = await db.run<Consent>(findStatement, [accountId, clientId]);
  return row;
}

const roomStatement: Statement = {
  name: 'consent-find-or-room',
  batch: 'read',
  text: `SELECT ${grantedByPerson('k')} AS granted, k.refused, k.created_at, k.updated_at, k.ends_at, k.pinned, k.authorization_details,
      k.account_id IS NULL AND
      $3 <= (SELECT count(*) FROM (SELECT FROM consents WHERE client_id = $2 LIMIT $3) people) AS full
    FROM (VALUES (1)) one LEFT JOIN consents k ON k.account_id = $1 AND k.client_id = $2`,
};

/**
 * Returns the consent, and `full` if the client already has `maxPeople` users and this account is not one of them. This
 * is a hint for the page: other users may arrive meanwhile, so only `saveConsent` decides.
 */
export async function findConsentOrRoom(
  db: Db,
  { accountId, clientId, maxPeople }: { accountId: string; clientId: string; maxPeople: number },
): Promise<{ consent: Consent | undefined; full: boolean }> {
  const [row] = await db.run<Consent & { full: boolean }>(roomStatement, [accountId, clientId, maxPeople]);
  const { full, ...consent } = row as Consent & { full: boolean };
  return { consent: consent.granted ? consent : undefined, full };
}

const saveStatement: Statement = {
  name: 'consent-save',
  text: 'SELECT granted, refused FROM save_consent($1, $2, $3, $4, $5, $6, $7, true, $8, $9)',
};

/**
 * Merges a decision into the stored consent, or replaces one that has ended, and returns the result. A scope that is
 * granted now is no longer refused, and the other way round. Returns undefined and saves nothing if the account is new
 * and the client is unverified, not first-party, and already has `maxPeople` users. The limit also holds for concurrent
 * transactions.
 */
export async function saveConsent(
  db: Db,
  consent: ConsentDecision,
  maxPeople: number | null = null,
): Promise<{ granted: string[]; refused: string[] } | undefined> {
  const [row] = await db.run<{ granted: string[]; refused: string[] }>(saveStatement, saveValues(consent, maxPeople));
  return row;
}

const saveOnRecordStatement: Statement = {
  name: 'consent-save-on-record',
  text: `SELECT granted, refused, append_audit($10, $11, $12, $13, $14)
    FROM save_consent($1, $2, $3, $4, $5, $6, $7, false, $8, $9)`,
};

// The node may not know yet that the app is no longer first-party. The lock waits for a change that is about to commit, and
// keeps later ones waiting until the consent is there for them to delete.
const saveUnaskedStatement: Statement = {
  name: 'consent-save-unasked',
  text: `WITH ours AS MATERIALIZED (SELECT client_id FROM clients WHERE client_id = $2 AND first_party FOR SHARE)
    SELECT granted, refused, append_audit($10, $11, $12, $13, $14)
    FROM ours CROSS JOIN LATERAL save_consent($1, ours.client_id, $3, $4, $5, $6, $7, false, $8, $9)`,
};

/**
 * The same, if the client still has the revision of the page that the person saw. The lock keeps a change waiting until the
 * consent is there, with what it pins.
 */
function saveAsShownSql(parameters: Parameters, revision: string): Statement {
  return {
    name: 'consent-save-as-shown',
    text: `WITH shown AS MATERIALIZED (
        SELECT client_id FROM clients WHERE client_id = $2 AND revision = ${parameters.add(revision)} FOR SHARE)
      SELECT granted, refused, append_audit($10, $11, $12, $13, $14)
      FROM shown CROSS JOIN LATERAL save_consent($1, shown.client_id, $3, $4, $5, $6, $7, false, $8, $9)`,
  };
}

const lockShownStatement: Statement = {
  name: 'client-lock-shown',
  text: 'SELECT 1 FROM clients WHERE client_id = $1 AND revision = $2 FOR SHARE',
};

/** Keeps the client as it is until the transaction ends. Returns false if it has another revision. */
export async function lockClientAsShown(trx: Db, clientId: string, revision: string): Promise<boolean> {
  return (await trx.run(lockShownStatement, [clientId, revision])).length === 1;
}

/** An interaction to save with a consent, if what is remembered then is what its sealed payload says. */
export interface ConsentNote {
  readonly interaction: InteractionWrite;
  readonly granted: readonly string[];
  readonly refused: readonly string[];
}

interface ConsentDecision {
  readonly accountId: string;
  readonly clientId: string;
  readonly granted: readonly string[];
  readonly refused: readonly string[];
  /** When the answer ends; null or nothing: when the person disconnects the app. */
  readonly endsAt?: Date | null | undefined;
  /** The projects that the app may use from now on; null: all of them; undefined: what they were. */
  readonly details?: ProjectDetails | null | undefined;
}

function saveValues(decision: ConsentDecision, maxPeople: number | null) {
  const { accountId, clientId, granted, refused, endsAt, details } = decision;
  const projects = [details !== undefined, details ? JSON.stringify(details) : null];
  return [accountId, clientId, granted, refused, maxPeople, endsAt ?? null, new Date(), ...projects];
}

/**
 * Saves a consent and its audit event in one statement, which needs no transaction around it. Returns undefined and saves
 * nothing if the app is full, as `saveConsent`, or if a scope would be withdrawn or the projects would change, which takes more than this. With `unasked`,
 * nobody was asked, so nothing is saved unless the client is first-party; with `clientRevision`, unless it has that
 * revision. `noted` tells whether the interaction was saved too.
 */
export async function saveConsentOnRecord(
  db: Db,
  consent: ConsentDecision & { unasked?: boolean; clientRevision?: string | undefined },
  { maxPeople, event, note }: { maxPeople: number | null; event: NewAuditEvent; note?: ConsentNote | undefined },
): Promise<{ granted: string[]; refused: string[]; noted: boolean } | undefined> {
  const parameters = newParameters([...saveValues(consent, maxPeople), ...appendValues(event)]);
  const statement = saveStatementFor(parameters, consent, note);
  const [row] = await db.run<{ granted: string[]; refused: string[]; noted?: boolean }>(statement, parameters.values);
  return row && { granted: row.granted, refused: row.refused, noted: row.noted === true };
}

function saveStatementFor(
  parameters: Parameters,
  { unasked, clientRevision }: { unasked?: boolean; clientRevision?: string | undefined },
  note: ConsentNote | undefined,
): Statement {
  if (unasked) return saveUnaskedStatement;
  const save = clientRevision === undefined ? saveOnRecordStatement : saveAsShownSql(parameters, clientRevision);
  return note ? saveNotedSql(parameters, save, note) : save;
}

function saveNotedSql(
  parameters: Parameters,
  save: Statement,
  { interaction, granted, refused }: ConsentNote,
): Statement {
  const update = updateInteractionSql(parameters, interaction, 'remembered r');
  const same = (column: string, expected: readonly string[]) => {
    const list = `${parameters.add(expected)}::text[]`;
    return `r.${column} @> ${list} AND r.${column} <@ ${list}`;
  };
  return {
    name: `${save.name}-noted`,
    text: `WITH remembered AS (${save.text}),
      noted AS (${update} AND ${same('granted', granted)} AND ${same('refused', refused)} RETURNING 1)
      SELECT granted, refused, EXISTS (SELECT FROM noted) AS noted FROM remembered`,
  };
}

const removeStatement: Statement = {
  name: 'consent-remove',
  text: 'DELETE FROM consents WHERE account_id = $1 AND client_id = $2 RETURNING 1',
};

/**
 * Deletes the consent. Returns false if the account has not allowed the client anything. Waits for an authorization that
 * is using it.
 */
export async function removeConsent(trx: Db, accountId: string, clientId: string): Promise<boolean> {
  return (await trx.run(removeStatement, [accountId, clientId])).length === 1;
}

/** What an account has allowed each client, in full. */
export async function listConsents(
  db: Db,
  accountId: string,
): Promise<(Consent & { client_id: string; client_name: string })[]> {
  return db.builder
    .selectFrom('consents as k')
    .innerJoin('clients as c', 'c.client_id', 'k.client_id')
    .where('k.account_id', '=', accountId)
    .orderBy('k.created_at')
    .select([
      'k.client_id',
      'c.client_name',
      sql<string[]>`${sql.raw(grantedByPerson('k'))}`.as('granted'),
      'k.refused',
      'k.created_at',
      'k.updated_at',
      'k.ends_at',
      'k.authorization_details',
    ])
    .execute();
}
