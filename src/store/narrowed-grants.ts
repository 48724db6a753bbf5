/** What a person takes from an app that stays connected: scopes of its consent and grants, or the time after a moment. */
import type { ProjectDetails } from '../policy/project-details.ts';
import { grantedByPerson } from './consent-parts.ts';
import type { Db, Statement } from './database.ts';
import { renamedGrantIds } from './status-lists.ts';

const takeStatement: Statement = {
  name: 'consent-take-scopes',
  text: 'SELECT left_over FROM take_from_consent($1, $2, $3)',
};

/**
 * Takes scopes from what a person and their organisations allow a client. Returns what is left; undefined if it had none of them. Waits
 * for a code that needs them. From then on the person has refused what an organisation allowed, or could allow.
 */
export async function takeScopesFromConsent(
  trx: Db,
  { accountId, clientId, scopes }: { accountId: string; clientId: string; scopes: readonly string[] },
): Promise<string[] | undefined> {
  const [row] = await trx.run<{ left_over: string[] }>(takeStatement, [accountId, clientId, scopes]);
  return row?.left_over;
}

export interface LockedGrant {
  readonly id: string;
  readonly payload: GrantScopes & Record<string, unknown>;
  /** What its refresh token allows, in the engine's form; null before there is one. */
  readonly refresh_payload: (Record<string, unknown> & { readonly scope?: string }) | null;
}

/** What a grant allows, in the engine's form: identity scopes, and scopes by resource. */
interface GrantScopes {
  readonly openid?: { readonly scope?: string; readonly [name: string]: unknown };
  readonly resources?: Readonly<Record<string, string>>;
}

const lockStatement: Statement = {
  name: 'grants-lock-of',
  text: 'SELECT id, payload, refresh_payload FROM grants WHERE account_id = $1 AND client_id = $2 ORDER BY id FOR UPDATE',
};

/** Locks the grants of an account with a client, in the order in which everybody locks them. */
export async function lockGrantsOf(trx: Db, accountId: string, clientId: string): Promise<LockedGrant[]> {
  return trx.run<LockedGrant>(lockStatement, [accountId, clientId]);
}

const narrowCodesStatement: Statement = {
  name: 'codes-narrow',
  text: `UPDATE authorization_codes SET payload = jsonb_set(payload, '{scope}', to_jsonb(array_to_string(ARRAY(
      SELECT x FROM unnest(string_to_array(payload ->> 'scope', ' ')) WITH ORDINALITY AS s (x, place)
      WHERE x <> ALL ($2::text[]) ORDER BY place), ' '))) WHERE grant_id = ANY ($1) AND payload ? 'scope'`,
};

// A grant is renamed, because the revocation of its old name is for good: a token that is being signed with it is refused too.
// Only codes refer to grants; both change in one statement, so that the foreign key holds at its end. Payloads come as values, because
// Citus refuses functions on them that depend on settings, such as to_jsonb.
const renameStatement: Statement = {
  name: 'grants-narrow',
  text: `WITH narrowed AS (SELECT id, new_id, payload, refresh_payload
      FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[]) AS n (id, new_id, payload, refresh_payload)),
    codes AS (UPDATE authorization_codes z SET grant_id = n.new_id FROM narrowed n WHERE z.grant_id = n.id),
    renamed AS (UPDATE grants g SET id = n.new_id, payload = n.payload, refresh_payload = n.refresh_payload
      FROM narrowed n WHERE g.id = n.id AND g.account_id = $5 RETURNING n.id)
    SELECT revoke_token('gid', ARRAY(SELECT id FROM renamed ORDER BY id), clock_timestamp() + interval '2 hours')`,
};

/**
 * Gives locked grants of an account the payloads that they have here, which are without `scopes`. Their access tokens end; their
 * refresh tokens, and codes on their way, go on with what is left.
 */
export async function narrowGrants(
  trx: Db,
  grants: readonly LockedGrant[],
  { accountId, scopes }: { accountId: string; scopes: readonly string[] },
): Promise<void> {
  const ids = grants.map(({ id }) => id);
  const names = await renamedGrantIds(trx, ids);
  const payloads = grants.map(({ payload }) => JSON.stringify(payload));
  const refreshes = grants.map(({ refresh_payload: payload }) => payload && JSON.stringify(payload));
  await trx.run(narrowCodesStatement, [ids, scopes]);
  await trx.run(renameStatement, [ids, names, payloads, refreshes, accountId]);
}

const lockConsentStatement: Statement = {
  name: 'consent-lock-projects',
  text: `SELECT ${grantedByPerson('k')} AS granted, k.authorization_details FROM consents k
    WHERE k.account_id = $1 AND k.client_id = $2 FOR UPDATE`,
};

/** Locks a consent, and returns the scopes and projects that the person has allowed. Waits for a code that needs them. */
export async function lockConsent(
  trx: Db,
  accountId: string,
  clientId: string,
): Promise<{ granted: string[]; authorization_details: ProjectDetails | null } | undefined> {
  const [row] = await trx.run<{ granted: string[]; authorization_details: ProjectDetails | null }>(
    lockConsentStatement,
    [accountId, clientId],
  );
  return row;
}

const consentProjectsStatement: Statement = {
  name: 'consent-take-project',
  text: `UPDATE consents SET authorization_details = $3, updated_at = clock_timestamp() WHERE account_id = $1 AND client_id = $2`,
};

export async function setProjectsOfConsent(
  trx: Db,
  { accountId, clientId, details }: { accountId: string; clientId: string; details: ProjectDetails },
): Promise<void> {
  await trx.run(consentProjectsStatement, [accountId, clientId, JSON.stringify(details)]);
}

const limitedStatement: Statement = {
  name: 'grants-lock-limited',
  text: `SELECT id, authorization_details AS details FROM grants
    WHERE account_id = $1 AND client_id = $2 AND authorization_details IS NOT NULL ORDER BY id FOR UPDATE`,
};

export interface LimitedGrant {
  readonly id: string;
  readonly details: ProjectDetails;
}

/** Locks the grants of an account with a client that are limited to projects, in the order in which everybody locks them. */
export async function lockLimitedGrants(trx: Db, accountId: string, clientId: string): Promise<LimitedGrant[]> {
  return trx.run<LimitedGrant>(limitedStatement, [accountId, clientId]);
}

// As for scopes: the old name of a grant is revoked for good.
const renameWithProjectsStatement: Statement = {
  name: 'grants-narrow-projects',
  text: `WITH narrowed AS (SELECT id, new_id, details FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS n (id, new_id, details)),
    codes AS (UPDATE authorization_codes z SET grant_id = n.new_id FROM narrowed n WHERE z.grant_id = n.id),
    renamed AS (UPDATE grants g SET id = n.new_id, authorization_details = n.details
      FROM narrowed n WHERE g.id = n.id AND g.account_id = $4 RETURNING n.id)
    SELECT revoke_token('gid', ARRAY(SELECT id FROM renamed ORDER BY id), clock_timestamp() + interval '2 hours')`,
};

/** Gives locked grants of an account the projects that they have here. Their access tokens end; everything else goes on. */
export async function narrowProjects(trx: Db, grants: readonly LimitedGrant[], accountId: string): Promise<void> {
  const names = await renamedGrantIds(
    trx,
    grants.map(({ id }) => id),
  );
  const details = grants.map((grant) => JSON.stringify(grant.details));
  await trx.run(renameWithProjectsStatement, [grants.map(({ id }) => id), names, details, accountId]);
}

const limitConsentStatement: Statement = {
  name: 'consent-limit',
  text: `UPDATE consents SET ends_at = $3, updated_at = clock_timestamp()
    WHERE account_id = $1 AND client_id = $2 AND (ends_at IS NULL OR ends_at > $3) RETURNING 1`,
};
const limitGrantsStatement: Statement = {
  name: 'grants-limit',
  text: `WITH locked AS MATERIALIZED (
      SELECT id FROM grants WHERE account_id = $1 AND client_id = $2 ORDER BY id FOR NO KEY UPDATE)
    UPDATE grants g SET ends_at = least(g.ends_at, $3), refresh_expires_at = least(g.refresh_expires_at, $3),
      expires_at = least(g.expires_at, $3), expires_on = least(g.expires_on, $3::timestamptz::date)
    FROM locked l WHERE l.id = g.id AND g.account_id = $1`,
};

/** Ends a consent and its grants at a moment, at least an access token's life away. Returns false if they end sooner. */
export async function limitConsent(
  trx: Db,
  { accountId, clientId, endsAt }: { accountId: string; clientId: string; endsAt: Date },
): Promise<boolean> {
  const values = [accountId, clientId, endsAt];
  if ((await trx.run(limitConsentStatement, values)).length === 0) return false;
  await trx.run(limitGrantsStatement, values);
  return true;
}
