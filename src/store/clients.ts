/** Clients. Columns have the names of RFC 7591. Every change is notified, because all nodes cache what the engine reads. */
import type { Insertable, Selectable, Updateable } from 'kysely';
import { AppError } from '../errors.ts';
import type { DocumentState } from '../policy/client/document-ids.ts';
import { sql } from './builder.ts';
import { documentSql } from './client-documents.ts';
import { clientColumns, listOf } from './columns.ts';
import type { Db, Statement } from './database.ts';
import { forgetRequestsOf } from './idempotency.ts';
import type { Role, Schema } from './schema.ts';

type ClientRow = Selectable<Schema['clients']>;

/** A client with the address and role of the owning account, and how its document was read last. */
export type Client = ClientRow & {
  readonly owner_email: string | null;
  readonly owner_role: Role | null;
  readonly metadata_document: DocumentState | null;
};
export type NewClient = Insertable<Schema['clients']>;

/** A client with the hashes (hex) of its valid secrets, and how its document was read last. */
export interface EngineClient extends ClientRow {
  readonly document: DocumentState | null;
  readonly secrets: readonly {
    readonly id: string;
    readonly hash: string;
    readonly expires_at: string | null;
    /** The hash that another server made of it, until its first use. */
    readonly foreign: string | null;
  }[];
}

const findForEngineStatement: Statement = {
  name: 'client-for-engine',
  batch: 'read',
  text: `SELECT ${listOf(clientColumns, 'c')}, coalesce((
      SELECT json_agg(json_build_object('id', s.id::text, 'hash', encode(s.secret_hash, 'hex'), 'expires_at', s.expires_at,
        'foreign', s.foreign_hash))
      FROM client_secrets s WHERE s.client_id = c.client_id AND (s.expires_at IS NULL OR s.expires_at > now())), '[]') AS secrets,
      ${documentSql('c')} AS document
    FROM clients c WHERE c.client_id = $1`,
};

/** Returns the client with its secrets in one statement, whatever its status. */
export async function findClientForEngine(db: Db, clientId: string): Promise<EngineClient | undefined> {
  const [row] = await db.run<EngineClient>(findForEngineStatement, [clientId]);
  return row;
}

/** Condition: the client is owned by the account with this address. */
export const ownedBy = (email: string) =>
  sql<boolean>`owner_account_id = (SELECT a.id FROM accounts a WHERE a.email = ${email.toLowerCase()})`;

/** The columns that make a row of `clients` a `Client`. */
export const ownerColumns = (clients = 'clients') => {
  const owner = sql.ref(`${clients}.owner_account_id`);
  return [
    sql<string | null>`(SELECT a.email FROM accounts a WHERE a.id = ${owner})`.as('owner_email'),
    sql<Role | null>`(SELECT a.role FROM accounts a WHERE a.id = ${owner})`.as('owner_role'),
    sql<DocumentState | null>`${sql.raw(documentSql(clients))}`.as('metadata_document'),
  ] as const;
};

/** Returns the clients that an account owns. */
export async function clientsOwnedBy(db: Db, accountId: string): Promise<ClientRow[]> {
  return db.builder.selectFrom('clients').select(clientColumns).where('owner_account_id', '=', accountId).execute();
}

export async function findClient(db: Db, clientId: string): Promise<Client | undefined> {
  return db.builder
    .selectFrom('clients')
    .select(clientColumns)
    .select(ownerColumns())
    .where('client_id', '=', clientId)
    .executeTakeFirst();
}

/** Returns those of these clients that exist. */
export async function findClients(db: Db, clientIds: readonly string[]): Promise<Client[]> {
  if (clientIds.length === 0) return [];
  return db.builder
    .selectFrom('clients')
    .select(clientColumns)
    .select(ownerColumns())
    .where(sql<boolean>`client_id = ANY (${clientIds}::text[])`)
    .execute();
}

/** Returns the client. @throws AppError not_found */
export async function getClient(db: Db, clientId: string): Promise<Client> {
  const client = await findClient(db, clientId);
  if (!client) throw new AppError('not_found', `There is no client ${clientId}`);
  return client;
}

/** @throws AppError conflict if the id is taken */
export async function insertClient(trx: Db, client: NewClient): Promise<Client> {
  const row = await trx.builder
    .insertInto('clients')
    .values({ ...client, ...asJson(client) })
    .onConflict((conflict) => conflict.column('client_id').doNothing())
    .returning(clientColumns)
    .returning(ownerColumns())
    .executeTakeFirst();
  if (!row) throw new AppError('conflict', `A client ${client.client_id} already exists`);
  await notifyClientChanged(trx, client.client_id);
  return row;
}

/** The driver would write a list as an array of PostgreSQL. */
function asJson(client: Updateable<Schema['clients']>): object {
  const { jwks, workload_identities: workloads } = client;
  return {
    ...(jwks !== undefined && { jwks: jwks && JSON.stringify(jwks) }),
    ...(workloads !== undefined && { workload_identities: JSON.stringify(workloads) }),
  };
}

export async function updateClientRow(
  trx: Db,
  clientId: string,
  changes: Updateable<Schema['clients']>,
): Promise<Client> {
  const row = await trx.builder
    .updateTable('clients')
    .set({
      ...changes,
      ...asJson(changes),
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('client_id', '=', clientId)
    .returning(clientColumns)
    .returning(ownerColumns())
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no client ${clientId}`);
  await notifyClientChanged(trx, clientId);
  return row;
}

export async function removeClient(trx: Db, clientId: string): Promise<void> {
  await trx.builder.deleteFrom('clients').where('client_id', '=', clientId).execute();
  await forgetRequestsOf(trx, clientId);
  await notifyClientChanged(trx, clientId);
}

export async function notifyClientChanged(trx: Db, clientId: string): Promise<void> {
  await trx.notify('clients', clientId);
}

/** One statement for all of them. */
export async function notifyClientsChanged(trx: Db, clientIds: readonly string[]): Promise<void> {
  await trx.notify('clients', ...clientIds);
}

/**
 * Locks the client until the transaction ends, so that its changes are serialized. FOR NO KEY UPDATE does not conflict
 * with foreign keys: an authorization under way holds a consent, and a change of the client may wait for that consent.
 * @throws AppError not_found
 */
export async function lockClient(trx: Db, clientId: string): Promise<Client> {
  const row = await trx.builder
    .selectFrom('clients')
    .select(clientColumns)
    .select(ownerColumns())
    .where('client_id', '=', clientId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no client ${clientId}`);
  return row;
}

/** Deletes every consent for the client. Waits for authorizations that are using one. */
export async function removeConsentsOfClient(trx: Db, clientId: string): Promise<void> {
  await trx.builder.deleteFrom('consents').where('client_id', '=', clientId).execute();
}

const endGrantsStatement: Statement = {
  name: 'client-end-grants',
  text: 'SELECT end_grants(ARRAY(SELECT id FROM grants WHERE client_id = $1)) AS ended',
};

/** Ends every token family of the client and returns their number. */
export async function endGrantsOfClient(trx: Db, clientId: string): Promise<number> {
  const [row] = await trx.run<{ ended: number }>(endGrantsStatement, [clientId]);
  return row?.ended ?? 0;
}
