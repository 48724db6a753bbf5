/** Consents: what one account has allowed one client, remembered. What *Connected apps* shows. */
import { appendValues, type NewAuditEvent } from './audit.ts';
import type { Db, Statement } from './database.ts';

export interface Consent {
  readonly granted: string[];
  /** Optional scopes the person left out: not asked again unless the app sends prompt=consent. */
  readonly refused: string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

const findStatement: Statement = {
  name: 'consent-find',
  text: 'SELECT granted, refused, created_at, updated_at FROM consents WHERE account_id = $1 AND client_id = $2',
};

export async function findConsent(db: Db, accountId: string, clientId: string): Promise<Consent | undefined> {
  const [row] = await db.run<Consent>(findStatement, [accountId, clientId]);
  return row;
}

const roomStatement: Statement = {
  name: 'consent-find-or-room',
  text: `SELECT k.granted, k.refused, k.created_at, k.updated_at, k.account_id IS NULL AND
      $3 <= (SELECT count(*) FROM (SELECT FROM consents WHERE client_id = $2 LIMIT $3) people) AS full
    FROM (VALUES (1)) one LEFT JOIN consents k ON k.account_id = $1 AND k.client_id = $2`,
};

/**
 * The same, and whether the client has `most` people already, of whom this one is none. Only saveConsent decides: others
 * may come between.
 */
export async function findConsentOrRoom(
  db: Db,
  { accountId, clientId, most }: { accountId: string; clientId: string; most: number },
): Promise<{ consent: Consent | undefined; full: boolean }> {
  const [row] = await db.run<Consent & { full: boolean }>(roomStatement, [accountId, clientId, most]);
  const { full, ...consent } = row as Consent & { full: boolean };
  return { consent: consent.granted ? consent : undefined, full };
}

const saveStatement: Statement = {
  name: 'consent-save',
  text: 'SELECT granted, refused FROM save_consent($1, $2, $3, $4, $5)',
};

/**
 * Adds a decision to what is remembered, and returns that: what is granted now is refused no more, and the other way
 * round. Undefined, and nothing is saved, when the account is new to a client that nobody has verified, that is not
 * first-party and has `most` people already; in a transaction that holds for all who come at the same moment.
 */
export async function saveConsent(
  db: Db,
  consent: { accountId: string; clientId: string; granted: readonly string[]; refused: readonly string[] },
  most: number | null = null,
): Promise<{ granted: string[]; refused: string[] } | undefined> {
  const values = [consent.accountId, consent.clientId, consent.granted, consent.refused, most];
  const [row] = await db.run<{ granted: string[]; refused: string[] }>(saveStatement, values);
  return row;
}

const saveOnRecordStatement: Statement = {
  name: 'consent-save-on-record',
  text: `SELECT granted, refused, append_audit($6, $7, $8, $9, $10) FROM save_consent($1, $2, $3, $4, $5)`,
};

/** The same with its line in the audit log, as one statement that needs no transaction around it. */
export async function saveConsentOnRecord(
  db: Db,
  consent: { accountId: string; clientId: string; granted: readonly string[]; refused: readonly string[] },
  most: number | null,
  event: NewAuditEvent,
): Promise<{ granted: string[]; refused: string[] } | undefined> {
  const values = [consent.accountId, consent.clientId, consent.granted, consent.refused, most];
  const [row] = await db.run<{ granted: string[]; refused: string[] }>(saveOnRecordStatement, [
    ...values,
    ...appendValues(event),
  ]);
  return row && { granted: row.granted, refused: row.refused };
}

const removeStatement: Statement = {
  name: 'consent-remove',
  text: 'DELETE FROM consents WHERE account_id = $1 AND client_id = $2 RETURNING 1',
};

/** Forgets it; whether there was one. Waits for an authorization that is just using it. */
export async function removeConsent(trx: Db, accountId: string, clientId: string): Promise<boolean> {
  return (await trx.run(removeStatement, [accountId, clientId])).length === 1;
}

export interface ConnectedApp {
  readonly client_id: string;
  readonly granted: string[];
  readonly since: Date;
  /** Living grants. */
  readonly connections: number;
  /** When the last of them was made. */
  readonly last_connected: Date | null;
  /** When a refresh token of theirs last rotated: with each use where the client has no secret, else late in its life. */
  readonly last_rotated: Date | null;
}

/** The apps of an account, the newest first, with their connections. */
export async function listConnectedApps(db: Db, accountId: string): Promise<ConnectedApp[]> {
  return db.builder
    .selectFrom('consents as k')
    .leftJoin('grants as g', (join) =>
      join
        .onRef('g.account_id', '=', 'k.account_id')
        .onRef('g.client_id', '=', 'k.client_id')
        .on('g.expires_at', '>', new Date()),
    )
    .where('k.account_id', '=', accountId)
    .groupBy(['k.client_id', 'k.granted', 'k.created_at'])
    .orderBy('k.created_at', 'desc')
    .select(({ fn }) => [
      'k.client_id',
      'k.granted',
      'k.created_at as since',
      fn.count<string>('g.id').as('connections'),
      fn.max('g.created_at').as('last_connected'),
      fn.max('g.rotated_at').as('last_rotated'),
    ])
    .execute()
    .then((rows) => rows.map((row) => ({ ...row, connections: Number(row.connections) })));
}
