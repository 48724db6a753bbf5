/** Clients in columns of RFC 7591 names. Every change is told to the nodes, which cache what the engine reads. */
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import { AppError } from '../errors.ts';
import type { Db, Statement } from './database.ts';
import { forgetRequestsOf } from './idempotency.ts';
import type { Role, Schema } from './schema.ts';

type ClientRow = Selectable<Schema['clients']>;

/** A client with the address and the role of the account that owns it. */
export type Client = ClientRow & { readonly owner_email: string | null; readonly owner_role: Role | null };
export type NewClient = Insertable<Schema['clients']>;

/** A client with the hashes (hex) of its living secrets. */
export interface EngineClient extends ClientRow {
  readonly secrets: readonly { readonly id: string; readonly hash: string; readonly expires_at: string | null }[];
}

const findForEngineStatement: Statement = {
  name: 'client-for-engine',
  text: `SELECT c.*, coalesce((
      SELECT json_agg(json_build_object('id', s.id::text, 'hash', encode(s.secret_hash, 'hex'), 'expires_at', s.expires_at))
      FROM client_secrets s WHERE s.client_id = c.client_id AND (s.expires_at IS NULL OR s.expires_at > now())), '[]') AS secrets
    FROM clients c WHERE c.client_id = $1`,
};

/** The client whatever its status, in one statement with its secrets. */
export async function findClientForEngine(db: Db, clientId: string): Promise<EngineClient | undefined> {
  const [row] = await db.run<EngineClient>(findForEngineStatement, [clientId]);
  return row;
}

/** Clients of the account with this address. */
export const ownedBy = (email: string) =>
  sql<boolean>`owner_account_id = (SELECT a.id FROM accounts a WHERE a.email = ${email.toLowerCase()})`;

/** Beside the columns of a client, wherever it is read or returned. */
export const ownerColumns = (clients = 'clients') => {
  const owner = sql.ref(`${clients}.owner_account_id`);
  return [
    sql<string | null>`(SELECT a.email FROM accounts a WHERE a.id = ${owner})`.as('owner_email'),
    sql<Role | null>`(SELECT a.role FROM accounts a WHERE a.id = ${owner})`.as('owner_role'),
  ] as const;
};

/** The clients of an account. */
export async function clientsOwnedBy(db: Db, accountId: string): Promise<ClientRow[]> {
  return db.builder.selectFrom('clients').selectAll().where('owner_account_id', '=', accountId).execute();
}

export async function findClient(db: Db, clientId: string): Promise<Client | undefined> {
  return db.builder
    .selectFrom('clients')
    .selectAll()
    .select(ownerColumns())
    .where('client_id', '=', clientId)
    .executeTakeFirst();
}

/** Throws `not_found`. */
export async function getClient(db: Db, clientId: string): Promise<Client> {
  const client = await findClient(db, clientId);
  if (!client) throw new AppError('not_found', `There is no client ${clientId}`);
  return client;
}

/** Throws `conflict` when the id is taken. */
export async function insertClient(trx: Db, client: NewClient): Promise<Client> {
  const row = await trx.builder
    .insertInto('clients')
    .values({ ...client, jwks: client.jwks ? JSON.stringify(client.jwks) : null })
    .onConflict((conflict) => conflict.column('client_id').doNothing())
    .returningAll()
    .returning(ownerColumns())
    .executeTakeFirst();
  if (!row) throw new AppError('conflict', `There is a client ${client.client_id} already`);
  await notifyClientChanged(trx, client.client_id);
  return row;
}

export async function updateClientRow(
  trx: Db,
  clientId: string,
  changes: Updateable<Schema['clients']>,
): Promise<Client> {
  const { jwks, ...rest } = changes;
  const row = await trx.builder
    .updateTable('clients')
    .set({
      ...rest,
      ...(jwks === undefined ? {} : { jwks: jwks && JSON.stringify(jwks) }),
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('client_id', '=', clientId)
    .returningAll()
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

const notifyStatement: Statement = { name: 'client-notify', text: `SELECT pg_notify('clients', $1)` };

export async function notifyClientChanged(trx: Db, clientId: string): Promise<void> {
  await trx.run(notifyStatement, [clientId]);
}

/**
 * Held until the transaction ends, so that changes of one client come one after the other. Not against foreign keys: an
 * authorization that is under way holds a consent, for which a change of the client may wait. Throws `not_found`.
 */
export async function lockClient(trx: Db, clientId: string): Promise<Client> {
  const row = await trx.builder
    .selectFrom('clients')
    .selectAll()
    .select(ownerColumns())
    .where('client_id', '=', clientId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no client ${clientId}`);
  return row;
}

/** What every account has allowed it is forgotten. Waits for authorizations that are just using a consent. */
export async function removeConsentsOfClient(trx: Db, clientId: string): Promise<void> {
  await trx.builder.deleteFrom('consents').where('client_id', '=', clientId).execute();
}

const endGrantsStatement: Statement = {
  name: 'client-end-grants',
  text: 'SELECT end_grants(ARRAY(SELECT id FROM grants WHERE client_id = $1)) AS ended',
};

/** Every token family of the client ends; returns how many. */
export async function endGrantsOfClient(trx: Db, clientId: string): Promise<number> {
  const [row] = await trx.run<{ ended: number }>(endGrantsStatement, [clientId]);
  return row?.ended ?? 0;
}
