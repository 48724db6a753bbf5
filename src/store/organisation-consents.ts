/**
 * What organisations allow an app for a person (ID-JAG), apart from what the person allows. Only requests with an assertion of the
 * organisation read it; see migration 0087.
 */
import type { Db, Statement } from './database.ts';

export interface OrganisationConsent {
  readonly client_id: string;
  readonly issuer: string;
  /** Scopes. */
  readonly granted: string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

const saveStatement: Statement = {
  name: 'organisation-consent-save',
  text: 'SELECT given, problem FROM save_organisation_consent($1, $2, $3, $4, $5, $6)',
};

/** Why nothing was saved. `full`: the app may not have more users. */
type NotSaved = 'not trusted' | 'disconnected' | 'full';

/**
 * Saves what the organisation allows. Returns the scopes that the person has not refused, or why nothing is saved. `trust` is the name
 * of the operator's trust in it. The consent of the person, or a new empty one, stays locked until the transaction ends.
 */
export async function saveOrganisationConsent(
  trx: Db,
  consent: { accountId: string; clientId: string; scopes: readonly string[]; issuer: string; trust: string },
  maxPeople: number,
): Promise<string[] | NotSaved> {
  const { accountId, clientId, scopes, issuer, trust } = consent;
  const values = [accountId, clientId, scopes, maxPeople, issuer, trust];
  const [row] = await trx.run<{ given: string[] | null; problem: NotSaved | null }>(saveStatement, values);
  return row?.given ?? row?.problem ?? 'disconnected';
}

const ofClientStatement: Statement = {
  name: 'organisation-consents-forget-client',
  text: 'SELECT forget_organisations($1, $2, NULL)',
};

/**
 * Takes what these organisations allowed the client, and ends their grants. Call it under the lock of the client, for which requests
 * with an assertion wait.
 */
export async function forgetOrganisationsOfClient(
  trx: Db,
  clientId: string,
  issuers: readonly string[],
): Promise<void> {
  await trx.run(ofClientStatement, [clientId, issuers]);
}

const lockStatement: Statement = {
  name: 'organisations-lock',
  text: 'SELECT pg_advisory_xact_lock(7287, hashtext(issuer)) FROM unnest($1::text[]) issuer',
};
const everywhereStatement: Statement = {
  name: 'organisation-consents-forget',
  text: `SELECT forget_organisations(client_id, $1, NULL) FROM clients
    WHERE string_to_array(id_jag_issuers, ' ') && $1::text[]`,
};

/**
 * The same for all clients that list one of them. It waits for requests with their assertions; those that come later must find that
 * the trust is gone.
 */
export async function forgetOrganisations(trx: Db, issuers: readonly string[]): Promise<void> {
  await trx.run(lockStatement, [issuers]);
  await trx.run(everywhereStatement, [issuers]);
}

const leftStatement: Statement = {
  name: 'organisation-consents-forget-left',
  text: `SELECT forget_organisations(k.client_id, ARRAY[k.issuer], $1) FROM (
      SELECT client_id, issuer FROM organisation_consents WHERE account_id = $1
      UNION SELECT client_id, organisation FROM consents WHERE account_id = $1 AND organisation IS NOT NULL) k
    WHERE NOT EXISTS (SELECT FROM account_identities i WHERE i.account_id = $1 AND i.issuer = k.issuer)`,
};

/** The same for organisations with which the account does not sign in any more. Call it under `lockAccount`. */
export async function forgetLeftOrganisations(trx: Db, accountId: string): Promise<void> {
  await trx.run(leftStatement, [accountId]);
}

const listStatement: Statement = {
  name: 'organisation-consents-list',
  text: `SELECT client_id, issuer, granted, created_at, updated_at FROM organisation_consents WHERE account_id = $1
    UNION ALL SELECT client_id, organisation, granted, created_at, updated_at FROM consents
      WHERE account_id = $1 AND organisation IS NOT NULL
    ORDER BY created_at, client_id, issuer`,
};

/** What organisations have allowed clients for an account, in full. */
export async function listOrganisationConsents(db: Db, accountId: string): Promise<OrganisationConsent[]> {
  return db.run<OrganisationConsent>(listStatement, [accountId]);
}
