/** Grants that an organisation gives for a person of theirs, and the apps that such a person has disconnected. */
import type { ProjectDetails } from '../policy/project-details.ts';
import type { Db, Statement } from './database.ts';

export interface OrganisationMember {
  readonly account_id: string;
  readonly tier: string;
  /** The person has disconnected the app, and has not allowed it since. */
  readonly refused: boolean;
  /** When the time that the person gave the app ends; null: it does not. */
  readonly ends_at: Date | null;
  /** It has passed. */
  readonly ended: boolean;
  /** What the organisation has allowed the app for them so far; null: nothing. */
  readonly granted: readonly string[] | null;
  /** The projects to which the person has limited it; null: none. */
  readonly details: ProjectDetails | null;
  /** The name of the operator's trust in the organisation; null if the server that started last has none. */
  readonly trust: string | null;
}

/**
 * The account is locked, so that a suspension either comes first or finds the grant; so is the client, whose revision must be that
 * with which the request was checked: an admin who takes the organisation from it waits, and finds what this request saves.
 */
const memberStatement: Statement = {
  name: 'organisation-member',
  text: `SELECT a.id AS account_id, a.tier, o.granted, k.authorization_details AS details, k.account_id IS NULL AND r.account_id IS NOT NULL AS refused,
      k.ends_at, coalesce(k.ends_at <= clock_timestamp(), false) AS ended,
      (SELECT s.value::json ->> i.issuer FROM settings s WHERE s.name = 'trusted_organisations') AS trust
    FROM account_identities i JOIN accounts a ON a.id = i.account_id JOIN clients c ON c.client_id = $3
    LEFT JOIN consents k ON k.account_id = a.id AND k.client_id = $3
    LEFT JOIN organisation_consents o ON o.account_id = a.id AND o.client_id = $3 AND o.issuer = $1
    LEFT JOIN organisation_refusals r ON r.account_id = a.id AND r.client_id = $3
    WHERE i.issuer = $1 AND i.subject = $2 AND a.status = 'active' AND c.status = 'active' AND c.revision = $4
    FOR SHARE OF a, c`,
};

/** Returns undefined if nobody active is connected to this identity, or the client has changed. */
export async function findMember(
  trx: Db,
  { issuer, subject, clientId, revision }: { issuer: string; subject: string; clientId: string; revision: string },
): Promise<OrganisationMember | undefined> {
  const [row] = await trx.run<OrganisationMember>(memberStatement, [issuer, subject, clientId, revision]);
  return row;
}

// `save_organisation_consent` has locked the consent.
const insertStatement: Statement = {
  name: 'organisation-grant-insert',
  text: `INSERT INTO grants (id, account_id, client_id, payload, authorization_details, ends_at, expires_at, expires_on, organisation)
    SELECT $1, k.account_id, k.client_id, $4, $5, k.ends_at, e.at, e.at::date, $8
    FROM consents k CROSS JOIN LATERAL (SELECT least(k.ends_at, clock_timestamp() + interval '2 hours') AS at) e
    WHERE k.account_id = $2 AND k.client_id = $3 AND e.at > clock_timestamp()
      AND k.authorization_details IS NOT DISTINCT FROM $6::jsonb AND k.ends_at IS NOT DISTINCT FROM $7::timestamptz FOR SHARE OF k
    RETURNING floor(extract(epoch FROM expires_at - clock_timestamp()))::int AS seconds`,
};

/**
 * Inserts a grant of an organisation, without refresh token, which ends with the consent. Call it after `saveOrganisationConsent`.
 * Returns the seconds that it lasts; undefined if another choice of projects or of the end came first.
 */
export async function insertOrganisationGrant(
  trx: Db,
  grant: { id: string; accountId: string; clientId: string; payload: object; issuer: string },
  decided: { grant: ProjectDetails | null; consent: ProjectDetails | null; endsAt: Date | null },
): Promise<number | undefined> {
  const { id, accountId, clientId, payload, issuer } = grant;
  const json = (details: ProjectDetails | null) => details && JSON.stringify(details);
  const values = [
    id,
    accountId,
    clientId,
    JSON.stringify(payload),
    json(decided.grant),
    json(decided.consent),
    decided.endsAt,
    issuer,
  ];
  const [row] = await trx.run<{ seconds: number }>(insertStatement, values);
  return row?.seconds;
}

const refuseStatement: Statement = {
  name: 'organisation-refusal',
  text: `INSERT INTO organisation_refusals (account_id, client_id) SELECT $1, client_id FROM clients
    WHERE client_id = $2 AND id_jag_issuers IS NOT NULL
    ON CONFLICT (account_id, client_id) DO UPDATE SET refused_at = clock_timestamp()`,
};

/** Remembers that the person has disconnected the app, or has said when it ends, if an organisation could connect it again. */
export async function refuseOrganisation(trx: Db, accountId: string, clientId: string): Promise<void> {
  await trx.run(refuseStatement, [accountId, clientId]);
}
