/** The configuration of the engine. Every hook in it is a named import from `hooks/`. */
import type Keygrip from 'keygrip';
import type { Adapter, Configuration, Provider } from 'oidc-provider';
import type { VerifyForeignSecret } from '../operations/foreign-secrets.ts';
import type { RefreshTokens } from '../operations/refresh-token.ts';
import type { KeyRing, SigningKey } from '../operations/signing-keys.ts';
import type { keyFetch } from '../outbound/key-fetch.ts';
import type { Outbound } from '../outbound/request.ts';
import { acrValues } from '../policy/assurance.ts';
import { keepsProfile, profileAlgorithms } from '../policy/client/profiles.ts';
import { engineAuthMethods } from '../policy/client/types.ts';
import { cookieName } from '../policy/cookie-names.ts';
import { proofAlgorithmNames } from '../policy/dpop-proof.ts';
import { projectType } from '../policy/project-details.ts';
import type { ApiResource } from '../policy/resources.ts';
import { adminScopes, apiScopes, identityScopes } from '../policy/scopes.ts';
import { signingAlgorithms } from '../policy/signing-algorithms.ts';
import type { Database } from '../store/database.ts';
import type { AccessTokenVerifier } from './access-token.ts';
import { addGrantTypes } from './added-grant-types.ts';
import { authenticateByAssertion } from './client-assertion.ts';
import type { ClientCache } from './client-cache.ts';
import { extraClientMetadata } from './client-metadata.ts';
import { claimsOfScopes, extraTokenClaims, findAccount } from './hooks/claims.ts';
import type { ReadDocument } from './hooks/client-documents.ts';
import { maySpeakFor } from './hooks/client-origins.ts';
import { applyDefaultScope } from './hooks/default-scope.ts';
import { deviceFlow } from './hooks/device-pages.ts';
import { discovery, type PublicLinks } from './hooks/discovery.ts';
import { requireNonce } from './hooks/dpop.ts';
import { issueRefreshToken, makeGrantAllowingFirstParty, revokeGrantPolicy, rotateOrNoteUse } from './hooks/grants.ts';
import { mayIntrospect, mayRevoke } from './hooks/introspection-policy.ts';
import { lifetimes } from './hooks/lifetimes.ts';
import { logoutSource, postLogoutSuccessSource, renderError } from './hooks/pages.ts';
import { projectDetails, shortenDetails } from './hooks/project-details.ts';
import { pagesComeFirst, promptPolicy } from './hooks/prompts.ts';
import { tellRemainingLifetimes } from './hooks/remaining-lifetimes.ts';
import { resourceIndicators } from './hooks/resources.ts';
import { signingKey } from './hooks/signing-key.ts';
import { askBeforeStrangeAddresses } from './hooks/untrusted-redirects.ts';
import { answerForAccessTokens } from './jwt-access-tokens.ts';
import { authenticateBy, takeOverAssertions } from './patches/client-assertions.ts';
import { keepClientInstances } from './patches/client-instances.ts';
import { compareHashedSecrets } from './patches/client-secrets.ts';
import { useOwnDeviceSteps } from './patches/device-flow.ts';
import { keepErrors } from './patches/events.ts';
import { checkBeforeCodesAreSpent } from './patches/exchange-checks.ts';
import { ProviderWithPages } from './patches/form-post.ts';
import { verifyHints } from './patches/id-token-hints.ts';
import { answerInsteadOfRefusing } from './patches/jwt-refusals.ts';
import { prepareParameters } from './patches/parameters.ts';
import { nameRefreshTokens } from './patches/refresh-token-ids.ts';
import { refuseReplays } from './patches/replay.ts';
import { signForOneProfile } from './patches/request-objects.ts';
import { nameSessions } from './patches/session-ids.ts';
import { allowStepUpWithoutOpenid } from './patches/step-up-without-openid.ts';
import { nameUnauthorizedClients } from './patches/unauthorized-client.ts';
import { assertionAlgorithms } from './signed-by.ts';
import type { StatusClaims } from './status-claims.ts';
import type { VerifyWorkload } from './workload-token.ts';

export interface ProviderDeps extends PublicLinks {
  readonly issuer: string;
  readonly resources: readonly [ApiResource, ...ApiResource[]];
  readonly aiInTest: boolean;
  readonly dynamicRegistration: 'open' | 'closed';
  readonly clientIdMetadataDocuments: 'on' | 'off';
  readonly unverifiedPeopleLimit: number;
  /** Whether everybody needs a second step. */
  readonly accountMfa: 'optional' | 'required';
  readonly db: Database;
  readonly adapter: (model: string) => Adapter;
  readonly clients: ClientCache;
  readonly readDocument: ReadDocument;
  readonly refreshTokens: RefreshTokens;
  /** Whether the tables of accounts are spread over several databases (store/distribution). */
  readonly isDistributed: boolean;
  readonly verifyAccessToken: AccessTokenVerifier;
  readonly ring: KeyRing;
  readonly cookieKeys: Keygrip;
  readonly dpopNonceSecret: Buffer;
  readonly trustProxy: boolean;
  readonly onSecretUse: (secretId: string) => void;
  readonly verifyForeignSecret: VerifyForeignSecret;
  /** Reads a client's `jwks_uri`, which is an address that strangers choose. */
  readonly fetchKeys: ReturnType<typeof keyFetch>;
  /** Checks the token of a workload, whose issuer's keys it reads. */
  readonly verifyWorkload: VerifyWorkload;
  /** Issuers of organisations whose identity assertions are accepted. */
  readonly enterpriseIssuers: readonly string[];
  readonly outbound: Outbound;
  readonly statusListResources: readonly string[];
  readonly statusClaims: StatusClaims;
}

/** Builds the engine for one set of signing keys. When the keys change, a new one is built. */
export function createProvider(deps: ProviderDeps): Provider {
  allowStepUpWithoutOpenid();
  useOwnDeviceSteps();
  takeOverAssertions();
  signForOneProfile();
  const provider = new ProviderWithPages(deps.issuer, configuration(deps));
  provider.proxy = deps.trustProxy;
  provider.asksBefore = askBeforeStrangeAddresses(deps.db);
  prepareParameters(provider);
  keepClientInstances(provider, deps);
  compareHashedSecrets(provider, deps);
  nameRefreshTokens(provider, deps.refreshTokens, deps.isDistributed);
  nameSessions(provider);
  refuseReplays(provider);
  checkBeforeCodesAreSpent(provider);
  nameUnauthorizedClients(provider);
  authenticateBy(provider, authenticateByAssertion(deps));
  answerInsteadOfRefusing(provider, answerForAccessTokens({ ...deps, audience: deps.resources[0].audience }));
  keepErrors(provider);
  verifyHints(provider, deps.ring.forHints);
  tellRemainingLifetimes(provider);
  const [{ kid: signingKid }] = deps.ring.published as [SigningKey];
  addGrantTypes(provider, { ...deps, signingKid });
  return provider;
}

const routes = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  revocation: '/oauth/revoke',
  introspection: '/oauth/introspect',
  jwks: '/oauth/jwks',
  pushed_authorization_request: '/oauth/par',
  device_authorization: '/oauth/device_authorization',
  code_verification: '/device',
  end_session: '/oauth/logout',
  userinfo: '/oauth/userinfo',
};

const enabledJWA = {
  idTokenSigningAlgValues: [...signingAlgorithms],
  dPoPSigningAlgValues: proofAlgorithmNames,
  clientAuthSigningAlgValues: [...assertionAlgorithms],
  requestObjectSigningAlgValues: [...profileAlgorithms],
  authorizationSigningAlgValues: ['ES256' as const],
};

const clientDefaults: Configuration['clientDefaults'] = {
  id_token_signed_response_alg: 'ES256',
  authorization_signed_response_alg: 'ES256',
  response_types: ['code'],
  authorization_details_types: [projectType],
};

/** For clients of the profile fapi2 alone, see patches/request-objects. */
const forOneProfile = {
  requestObjects: { enabled: true },
  jwtResponseModes: { enabled: true },
  fapi: { enabled: true, profile: (_ctx, client) => (keepsProfile(client) ? '2.0' : undefined) },
} satisfies Configuration['features'];

function configuration(deps: ProviderDeps): Configuration {
  const [signing] = deps.ring.published as [SigningKey];
  const policy = promptPolicy({ everyone: deps.accountMfa === 'required' });
  return {
    adapter: deps.adapter,
    jwks: { keys: deps.ring.published.map((key) => signingKey(key)) },
    routes,
    // Clients
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: [...engineAuthMethods],
    clientDefaults,
    extraClientMetadata: { properties: extraClientMetadata },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: maySpeakFor,
    fetch: deps.fetchKeys,
    fetchResponseBodyLimits: { jwks_uri: 64 * 1024, sector_identifier_uri: 5 * 1024 },
    enabledJWA,
    // Scopes and claims
    scopes: [...apiScopes, ...identityScopes, ...adminScopes],
    claims: claimsOfScopes,
    acrValues: [...acrValues],
    // Nobody sends this parameter. The engine calls its validator for every authorization request, and the validator
    // sets the scope.
    extraParams: { default_scope: applyDefaultScope },
    // Accounts, grants, tokens
    findAccount: findAccount(deps.db),
    loadExistingGrant: makeGrantAllowingFirstParty({ ...grantDeps(deps), pagesComeFirst: pagesComeFirst(policy) }),
    issueRefreshToken,
    rotateRefreshToken: rotateOrNoteUse(deps.db),
    revokeGrantPolicy,
    expiresWithSession: async () => false,
    extraTokenClaims,
    formats: { customizers: { jwt: completeClaims(deps.statusClaims) } },
    ttl: lifetimes,
    // Pages
    interactions: {
      policy,
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    renderError,
    cookies: cookies(deps),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      resourceIndicators: resourceIndicators(deps, signing.kid),
      richAuthorizationRequests: projectDetails,
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      userinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      ...forOneProfile,
      deviceFlow,
      dPoP: { enabled: true, nonceSecret: deps.dpopNonceSecret, requireNonce },
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
    },
    discovery: discovery(deps),
  };
}

const grantDeps = ({ db, unverifiedPeopleLimit: maxPeople, statusClaims: { newGrantId } }: ProviderDeps) => ({
  db,
  maxPeople,
  newGrantId,
});

/** What access tokens get when everything else in them is known. */
function completeClaims(statusClaims: StatusClaims): typeof shortenDetails {
  return async (ctx, token, jwt) => {
    await shortenDetails(ctx, token, jwt);
    await statusClaims.add(jwt.payload, ctx.oidc.client?.revision);
  };
}

function cookies({ issuer, cookieKeys }: ProviderDeps): Configuration['cookies'] {
  const secure = issuer.startsWith('https:');
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax', secure } as const;
  return {
    keys: cookieKeys,
    long: cookie,
    short: cookie,
    names: {
      session: cookieName('session', { secure }),
      // Each is for the path of its interaction. Sites on a neighbouring host can plant these cookies, so they decide
      // nothing: they name an interaction, and only the browser's secret opens it.
      interaction: cookieName('interaction', { secure, path: '/interaction' }),
      resume: cookieName('resume', { secure, path: '/oauth/authorize' }),
    },
  };
}
