/** Expressions for the two parts of a row of `consents`: what the person allowed, and what organisations allow for them. */

/** Scopes that the person has allowed. Before migration 0087 a row with an organisation had what that allowed. */
export const grantedByPerson = (k: string): string =>
  `CASE WHEN ${k}.organisation IS NULL THEN ${k}.granted ELSE '{}' END`;

/** Scopes that organisations allow, whether or not the person does too. */
export const grantedByOrganisations = (k: string): string => `ARRAY(SELECT DISTINCT x FROM (
    SELECT unnest(o.granted) FROM organisation_consents o WHERE o.account_id = ${k}.account_id AND o.client_id = ${k}.client_id
    UNION ALL SELECT unnest(${k}.granted) WHERE ${k}.organisation IS NOT NULL) given (x) ORDER BY x)`;
