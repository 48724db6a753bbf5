/**
 * The grant type of ID-JAG (RFC 7523 §2.1 with draft-ietf-oauth-identity-assertion-authz-grant): an app exchanges the assertion of
 * an organisation for an access token. There is no refresh token, since the app can ask for another assertion (§ of the draft on
 * refresh tokens): so the organisation decides every time.
 */
import { decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { grantByOrganisation, type OrganisationRefusal } from '../operations/organisation-grants.ts';
import { createIssuerKeys, type IssuerKeys, IssuerUnavailable } from '../outbound/issuer-keys.ts';
import type { Outbound } from '../outbound/request.ts';
import { acrValues } from '../policy/assurance.ts';
import { keepsProfile, profileAlgorithms } from '../policy/client/profiles.ts';
import { isUnregistered } from '../policy/client/registration-types.ts';
import { trustName } from '../policy/client/trust.ts';
import {
  boundTo,
  idJagProblem,
  idJagRememberedUntil,
  idJagResource,
  idJagScopes,
  isIdJag,
  jwtBearer,
} from '../policy/id-jag.ts';
import type { ApiResource } from '../policy/resources.ts';
import { formatScope } from '../policy/scopes.ts';
import type { Database } from '../store/database.ts';
import { askedDetails, engineDetails } from './hooks/project-details.ts';
import { accessTokenServer } from './hooks/resources.ts';
import { newAccessToken } from './new-access-token.ts';
import { proofOf, useProof } from './patches/dpop-proofs.ts';
import { keysUnavailable } from './presented-assertion.ts';
import { requestActor } from './request-actor.ts';
import { requestContext } from './request-context.ts';
import { assertionAlgorithms, isSignedByOne } from './signed-by.ts';
import type { StatusClaims } from './status-claims.ts';

export interface IdJagDeps {
  readonly db: Database;
  readonly issuer: string;
  readonly resources: readonly [ApiResource, ...ApiResource[]];
  readonly outbound: Outbound;
  readonly unverifiedPeopleLimit: number;
  /** Issuers whose assertions the operator accepts. */
  readonly enterpriseIssuers: readonly string[];
  readonly signingKid: string;
  readonly statusClaims: Pick<StatusClaims, 'newGrantId'>;
}

type Claims = Readonly<Record<string, unknown>>;

/** Returns what answers a request; the keys of issuers that it has read are kept with it. */
export function answerAssertion(deps: IdJagDeps): (ctx: KoaContextWithOIDC) => Promise<void> {
  const keys = createIssuerKeys(deps.outbound);
  return async (ctx) => answer(deps, ctx, await verifyAssertion(deps, keys, ctx));
}

async function verifyAssertion(deps: IdJagDeps, keys: IssuerKeys, ctx: KoaContextWithOIDC): Promise<Claims> {
  const { assertion } = ctx.oidc.params as { assertion?: string };
  if (!assertion) throw new errors.InvalidRequest('assertion is missing');
  const client = ctx.oidc.client as Client;
  // An organisation names a client that somebody registered; and what people allow others ends when they said.
  if (isUnregistered(client)) throw refused('an assertion is only for a client that was registered by hand');
  const { header, claims } = decoded(assertion);
  if (!isIdJag(header)) throw refused('typ of the assertion must be oauth-id-jag+jwt');
  const trusted = (client.id_jag_issuers ?? '').split(' ').filter((one) => deps.enterpriseIssuers.includes(one));
  const issuer = trusted.find((one) => one === claims.iss);
  if (issuer === undefined) throw refused('the issuer of the assertion is not trusted for this client');
  const algorithms = keepsProfile(client) ? profileAlgorithms : assertionAlgorithms;
  if (!(await isSigned(assertion, issuer, { keys, algorithms })))
    throw refused('no key of its issuer has signed the assertion');
  const problem = idJagProblem(claims, { issuer: deps.issuer, clientId: client.clientId, now: Date.now() / 1000 });
  if (problem) throw refused(problem);
  return claims;
}

function decoded(assertion: string): { header: { typ?: string }; claims: Claims } {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    throw refused('the assertion is not a JWT');
  }
}

async function isSigned(
  assertion: string,
  issuer: string,
  { keys, algorithms }: { keys: IssuerKeys; algorithms: readonly string[] },
): Promise<boolean> {
  try {
    if (await isSignedByOne(assertion, (await keys.of(issuer)) as JWK[], algorithms)) return true;
    const newer = await keys.again(issuer);
    return newer !== undefined && (await isSignedByOne(assertion, newer as JWK[], algorithms));
  } catch (error) {
    if (!(error instanceof IssuerUnavailable)) throw error;
    throw keysUnavailable('the keys of the issuer of the assertion cannot be read now: try again', error.message);
  }
}

async function answer(deps: IdJagDeps, ctx: KoaContextWithOIDC, claims: Claims): Promise<void> {
  const client = ctx.oidc.client as Client;
  const params = ctx.oidc.params as { resource?: unknown; scope?: string };
  if (askedDetails(ctx.oidc.params))
    throw new errors.InvalidAuthorizationDetails(
      'a request by assertion gets the projects that the person has allowed',
    );
  const { resource, scopes } = boundsOf(deps, client, claims, params);
  const proof = await proofOf(ctx);
  const key = boundTo(claims.cnf);
  if (key !== undefined && proof?.thumbprint !== key)
    throw refused('the assertion is bound to a key, and the request has no DPoP proof of that key');
  if (proof) await useProof(ctx, proof);
  const issuer = String(claims.iss);
  const { ReplayDetection } = ctx.oidc.provider;
  const until = idJagRememberedUntil(claims.exp as number);
  if (!(await ReplayDetection.unique(`id-jag ${issuer}`, String(claims.jti), until))) {
    throw refused('the assertion was used before');
  }
  const { clientId, revision } = client;
  const subject = String(claims.sub);
  const asked = { issuer, subject, named: claims.aud_sub, clientId, revision, resource: resource.audience, scopes };
  const { actor } = requestActor();
  const grantId = await deps.statusClaims.newGrantId();
  const grant = await grantByOrganisation(deps.db, asked, { actor, grantId, maxPeople: deps.unverifiedPeopleLimit });
  if (typeof grant === 'string') throw refused(refusals[grant]);
  const scope = formatScope(grant.scopes);
  const rar = grant.projects && engineDetails(grant.projects);
  const server = accessTokenServer(resource, deps.signingKid);
  const token = newAccessToken(ctx, {
    client,
    accountId: grant.accountId,
    grantId: grant.grantId,
    gty: jwtBearer,
    scope,
    rar,
    resourceServer: server,
    expiresIn: Math.min(grant.secondsLeft, server.accessTokenTTL as number),
  });
  if (proof) token.setThumbprint('jkt', proof.thumbprint);
  // How the person signed in at their organisation is not for us to vouch for: it counts as one factor.
  const { gid, tier } = { gid: grant.grantId, tier: grant.tier };
  const derivedFrom = [trustName(clientId, client.trust_epoch), grant.organisationTrust];
  requestContext().outcome.exchanged = { gid, tier, acr: acrValues[0], amr: ['fed'], derived_from: derivedFrom };
  ctx.oidc.entity('AccessToken', token);
  const accessToken = await token.save();
  requestContext().outcome.handedOn = {
    action: 'token.asserted',
    accountId: grant.accountId,
    details: { organisation: issuer, resource: resource.audience, scope },
  };
  ctx.body = {
    access_token: accessToken,
    token_type: token.tokenType,
    expires_in: token.expiration,
    scope,
    authorization_details: rar,
  };
}

/** What the assertion and the request agree on. */
function boundsOf(
  { resources }: IdJagDeps,
  client: Client,
  claims: Claims,
  params: { resource?: unknown; scope?: string },
): { resource: ApiResource; scopes: string[] } {
  const target = idJagResource(claims.resource, params.resource, resources[0].audience);
  const resource = resources.find(({ audience }) => audience === target);
  if (!resource) throw new errors.InvalidTarget('the assertion is not for this resource');
  const given = { claimed: claims.scope, asked: params.scope };
  const scopes = idJagScopes(given, client, resource.scopes);
  if (!scopes) throw new errors.InvalidScope('the assertion does not have this scope', params.scope ?? '');
  if (scopes.length === 0) throw new errors.InvalidScope('the assertion leaves no scope for this client', '');
  return { resource, scopes };
}

const refusals: Readonly<Record<OrganisationRefusal, string>> = {
  'not trusted': 'the issuer of the assertion is not trusted any more',
  unknown: 'nobody here is connected to the subject of the assertion',
  'another account': 'aud_sub of the assertion is not the account that is connected to its subject',
  disconnected: 'the person has disconnected this app',
  ended: 'the time for which the person allowed this app has passed',
  full: 'the app may not have more users before it is verified',
  'nothing left': 'the person has refused every scope of the assertion',
};

function refused(text: string): Error {
  return Object.assign(new errors.InvalidGrant(text), { error_description: text });
}
