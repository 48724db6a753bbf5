/**
 * An organisation allows an app for a person of theirs (ID-JAG). The person sees it and can end it, but it is not their own consent,
 * and nothing but an assertion has the use of it. What they have refused, or disconnected, the organisation does not give back.
 */
import { type ProjectDetails, withinScopes, withScopes } from '../policy/project-details.ts';
import { formatScope } from '../policy/scopes.ts';
import type { Db } from '../store/database.ts';
import { saveOrganisationConsent } from '../store/organisation-consents.ts';
import { findMember, insertOrganisationGrant } from '../store/organisation-grants.ts';
import type { Actor } from './actor.ts';
import { record } from './record.ts';

export interface OrganisationGrant {
  readonly grantId: string;
  readonly accountId: string;
  readonly tier: string;
  readonly scopes: readonly string[];
  /** The projects to which the person has limited the app, for whatever scopes; undefined: none. */
  readonly projects: ProjectDetails | undefined;
  /** The name of the operator's trust in the organisation. */
  readonly organisationTrust: string;
  /** How long it lasts. */
  readonly secondsLeft: number;
}

export type OrganisationRefusal =
  | 'not trusted'
  | 'unknown'
  | 'another account'
  | 'disconnected'
  | 'ended'
  | 'full'
  | 'nothing left';

export async function grantByOrganisation(
  db: Db,
  asked: {
    issuer: string;
    subject: string;
    clientId: string;
    revision: string;
    resource: string;
    scopes: readonly string[];
    /** The account that the assertion names by our own id, as `aud_sub`; undefined if it names none. */
    named: unknown;
  },
  { actor, maxPeople, grantId }: { actor: Actor; maxPeople: number; grantId: string },
): Promise<OrganisationGrant | OrganisationRefusal> {
  const { clientId, scopes, resource, issuer } = asked;
  return db
    .transaction(async (trx) => {
      const member = await findMember(trx, asked);
      if (!member) return 'unknown';
      const { trust: organisationTrust } = member;
      if (organisationTrust === null) return 'not trusted';
      if (asked.named !== undefined && asked.named !== member.account_id) return 'another account';
      if (member.refused) return 'disconnected';
      if (member.ended) return 'ended';
      const { account_id: accountId, tier, granted: before, details: consent, ends_at: endsAt } = member;
      const known = { accountId, clientId };
      const asserted = { ...known, scopes, issuer, trust: organisationTrust };
      const given = await saveOrganisationConsent(trx, asserted, maxPeople);
      if (typeof given === 'string') return given;
      if (given.length === 0) throw new Refusal('nothing left');
      const added = given.filter((scope) => !before?.includes(scope));
      if (added.length > 0) {
        const details = { account: accountId, granted: given, refused: [], taken_away: [], organisation: issuer };
        await record(trx, actor, 'consent.given', `client:${clientId}`, details);
      }
      const scope = formatScope(given);
      const payload = { openid: { scope }, resources: { [resource]: scope } };
      const projects = consent ? withinScopes(withScopes(consent, given), given) : undefined;
      const grant = { id: grantId, ...known, payload, issuer };
      const secondsLeft = await insertOrganisationGrant(trx, grant, { grant: projects ?? null, consent, endsAt });
      if (secondsLeft === undefined) throw new Refusal('disconnected');
      return { grantId, accountId, tier, scopes: given, projects, organisationTrust, secondsLeft };
    })
    .catch((error: unknown) => {
      if (error instanceof Refusal) return error.reason;
      throw error;
    });
}

/** Ends the transaction, so that nothing of a refused request stays. */
class Refusal extends Error {
  readonly reason: OrganisationRefusal;

  constructor(reason: OrganisationRefusal) {
    super(reason);
    this.reason = reason;
  }
}
