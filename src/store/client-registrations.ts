/** Clients that registered themselves (RFC 7591): who manages them (RFC 7592), and which networks they came from. */
import type { ClientMetadata } from '../policy/client/schema.ts';
import type { Network } from '../policy/networks.ts';
import { appendValues, type NewAuditEvent } from './audit.ts';
import { clientColumns } from './columns.ts';
import type { Db, Statement } from './database.ts';

export interface NewRegistration extends Network {
  readonly clientId: string;
  readonly metadata: Omit<ClientMetadata, 'owner_email'>;
  readonly tokenHash: Buffer;
  /** Undefined if nobody else may be given this client. */
  readonly digest: Buffer | undefined;
  readonly secret: { readonly hash: Buffer; readonly lastFour: string } | undefined;
  /** How many registrations that nobody has used there may be: of the network, of the region, and of all. */
  readonly limits: readonly [network: number, region: number, all: number] | undefined;
  /** From how many people on a client is given to nobody else; undefined: to any number. */
  readonly shareBelow: number | undefined;
  /** `client.created`, and `client.shared` if it is the first time that the client is given to somebody else. */
  readonly events: { readonly created: NewAuditEvent; readonly shared: Omit<NewAuditEvent, 'target'> };
}

export interface Registered {
  readonly clientId: string;
  /** Somebody from the same network has registered the same before, and this is their client. */
  readonly shared: boolean;
  /** From the row of the registration, which every later answer reads too. */
  readonly createdAt: Date;
}

/** What the database gives a value to by itself. */
const generated = [
  ...['status', 'created_at', 'updated_at', 'revision', 'owner_account_id', 'logo_hash', 'logo_uri'],
  ...['submitted_at', 'verified_at', 'checked_at', 'checked_by', 'checked_values', 'admin_decisions', 'trust_epoch'],
];
const columns = clientColumns.filter((name) => !generated.includes(name)).map((name) => `"${name}"`);

const registerStatement: Statement = {
  name: 'client-register',
  text: `WITH claimed AS MATERIALIZED (SELECT known, known_since, first_shared, room FROM claim_registration($1, $2, $3, $4)),
    client AS (INSERT INTO clients (${columns})
      SELECT ${columns.map((name) => `r.${name}`)} FROM claimed, json_populate_record(NULL::clients, $5::json) r
      WHERE claimed.known IS NULL AND claimed.room RETURNING client_id, scope),
    registration AS (INSERT INTO client_registrations (client_id, token_hash, network, region, digest, scope)
      SELECT client_id, $6, $1, $2, $3, scope FROM client RETURNING client_id, created_at),
    secret AS (INSERT INTO client_secrets (client_id, secret_hash, last_four)
      SELECT client_id, $7, $8 FROM client WHERE $7::bytea IS NOT NULL)
    SELECT coalesce(known, registration.client_id) AS "clientId", known IS NOT NULL AS shared,
      coalesce(known_since, registration.created_at) AS "createdAt",
      CASE WHEN known IS NULL THEN append_audit($9, $10, $11, $12, $13)::text
        WHEN first_shared THEN append_audit($9, $14, 'client:' || known, $15, $13)::text END
    FROM claimed LEFT JOIN registration ON true WHERE room`,
};

/** Registers the client, or finds the one that is shared. Returns undefined if there is no room for it. */
export async function insertRegistration(db: Db, registration: NewRegistration): Promise<Registered | undefined> {
  const { clientId, metadata, network, region, digest, tokenHash, secret, events } = registration;
  const row = { ...metadata, client_id: clientId, registration_type: 'dynamic' };
  const [actor, created, target, details, requestId] = appendValues(events.created);
  const [, shared, , sharedDetails] = appendValues({ ...events.shared, target: '' });
  const values = [
    ...[network, region, digest ?? null, limitsOf(registration), JSON.stringify(row), tokenHash],
    ...[secret?.hash ?? null, secret?.lastFour ?? null],
    ...[actor, created, target, details, requestId, shared, sharedDetails],
  ];
  const [found] = await db.run<Registered>(registerStatement, values);
  return found;
}

function limitsOf({ limits, shareBelow }: Pick<NewRegistration, 'limits' | 'shareBelow'>): (number | null)[] {
  return [...(limits ?? [null, null, null]), shareBelow ?? null];
}

const noteUnusedStatement: Statement = {
  name: 'client-registration-note-unused',
  text: `INSERT INTO client_registrations (client_id, network, region, scope)
    SELECT $1, $2, $3, $4 FROM claim_registration($2, $3, NULL, $5) WHERE room RETURNING 1`,
};

/**
 * Counts a new client of a document among those of its network that nobody uses yet. Returns false, and counts nothing, if there is no
 * room for it.
 */
export async function noteUnused(
  trx: Db,
  {
    clientId,
    network,
    region,
    scope,
    limits,
  }: Network & Pick<NewRegistration, 'clientId' | 'limits'> & { scope: string },
): Promise<boolean> {
  const values = [clientId, network, region, scope, limitsOf({ limits, shareBelow: undefined })];
  return (await trx.run(noteUnusedStatement, values)).length === 1;
}

const findStatement: Statement = {
  name: 'client-registration-find',
  text: `SELECT encode(token_hash, 'hex') AS "tokenHash", scope, created_at AS "createdAt",
      CASE WHEN changes_end_at > clock_timestamp() THEN changes ELSE 0 END AS changes,
      ceil(greatest(0, extract(epoch FROM changes_end_at - clock_timestamp())))::integer AS "changesEndInSeconds"
    FROM client_registrations WHERE client_id = $1`,
};

export interface StoredRegistration {
  /** In hex; null if nobody manages it. */
  readonly tokenHash: string | null;
  /** As the client registered it. */
  readonly scope: string;
  readonly createdAt: Date;
  /** How often the client has changed it within the hour that began with the first change. */
  readonly changes: number;
  /** When that hour is over. */
  readonly changesEndInSeconds: number;
}

export async function findRegistration(db: Db, clientId: string): Promise<StoredRegistration | undefined> {
  const [row] = await db.run<StoredRegistration>(findStatement, [clientId]);
  return row;
}

const changedStatement: Statement = {
  name: 'client-registration-changed',
  text: `UPDATE client_registrations SET digest = NULL, scope = $3,
      changes = CASE WHEN changes_end_at > clock_timestamp() THEN changes + 1 ELSE 1 END,
      changes_end_at = CASE WHEN changes_end_at > clock_timestamp() THEN changes_end_at
        ELSE clock_timestamp() + interval '1 hour' END
    WHERE client_id = $1 AND encode(token_hash, 'hex') = $2 RETURNING 1`,
};

/**
 * Notes the new scope, one more change, and that the client is not what equal requests asked for any more. Returns false if the token manages
 * it no more.
 */
export async function changeRegistration(
  trx: Db,
  clientId: string,
  { tokenHash, scope }: { tokenHash: string; scope: string },
): Promise<boolean> {
  return (await trx.run(changedStatement, [clientId, tokenHash, scope])).length === 1;
}

const endStatement: Statement = {
  name: 'client-registration-end-token',
  text: `UPDATE client_registrations SET token_hash = NULL, digest = NULL
    WHERE client_id = $1 AND token_hash IS NOT NULL RETURNING 1`,
};

/** Nobody manages the client by a registration token any more. Returns false if nobody did. */
export async function endRegistrationToken(trx: Db, clientId: string): Promise<boolean> {
  return (await trx.run(endStatement, [clientId])).length === 1;
}
