/**
 * The engine's configuration, as a table. Every hook is a named import from its neighbour.
 */
import type Keygrip from 'keygrip';
import type { Adapter, Configuration, Provider } from 'oidc-provider';
import type { KeyRing, SigningKey } from '../operations/signing-keys.ts';
import type { keyFetch } from '../outbound/key-fetch.ts';
import { authMethods } from '../policy/client/types.ts';
import { cookieName } from '../policy/cookie-names.ts';
import { proofAlgorithmNames } from '../policy/dpop-proof.ts';
import { adminScopes, apiScopes, identityScopes } from '../policy/scopes.ts';
import { signingAlgorithms } from '../policy/signing-algorithms.ts';
import type { Database } from '../store/database.ts';
import type { ClientCache } from './client-cache.ts';
import { extraClientMetadata } from './client-metadata.ts';
import { refuseLongAssertions } from './hooks/assertions.ts';
import { claimsOfScopes, extraTokenClaims, findAccount } from './hooks/claims.ts';
import { maySpeakFor } from './hooks/client-origins.ts';
import { applyDefaultScope } from './hooks/default-scope.ts';
import { clientAuthAlgorithms, discovery, type PublicLinks } from './hooks/discovery.ts';
import { requireNonce } from './hooks/dpop.ts';
import { issueRefreshToken, loadExistingGrant, revokeGrantPolicy, rotateOrNoteUse } from './hooks/grants.ts';
import { mayIntrospect, mayRevoke } from './hooks/introspection-policy.ts';
import { lifetimes } from './hooks/lifetimes.ts';
import { logoutSource, postLogoutSuccessSource, renderError } from './hooks/pages.ts';
import { promptPolicy } from './hooks/prompts.ts';
import { resourceIndicators } from './hooks/resources.ts';
import { signingKey } from './hooks/signing-key.ts';
import { keepClientInstances } from './patches/client-instances.ts';
import { compareHashedSecrets } from './patches/client-secrets.ts';
import { observeErrors } from './patches/events.ts';
import { checkBeforeCodesAreSpent } from './patches/exchange-checks.ts';
import { ProviderWithPages } from './patches/form-post.ts';
import { verifyHints } from './patches/id-token-hints.ts';
import { watchParameters } from './patches/parameters.ts';
import { refuseReplays } from './patches/replay.ts';
import { nameUnauthorizedClients } from './patches/unauthorized-client.ts';
import type { RefreshTokens } from './refresh-token.ts';
import { requestContext } from './request-context.ts';

export interface ProviderDeps extends PublicLinks {
  readonly issuer: string;
  readonly apiResource: string;
  readonly unverifiedPeopleLimit: number;
  readonly db: Database;
  readonly adapter: (model: string) => Adapter;
  readonly clients: ClientCache;
  readonly refreshTokens: RefreshTokens;
  readonly ring: KeyRing;
  readonly cookieKeys: Keygrip;
  readonly dpopNonceSecret: Buffer;
  readonly trustProxy: boolean;
  readonly onSecretUse: (secretId: string) => void;
  /** Reads a client's `jwks_uri`, which strangers choose. */
  readonly fetchKeys: ReturnType<typeof keyFetch>;
}

/** Builds the engine for one set of signing keys; it is built anew when they change. */
export function createProvider(deps: ProviderDeps): Provider {
  const provider = new ProviderWithPages(deps.issuer, configuration(deps));
  provider.proxy = deps.trustProxy;
  watchParameters(provider);
  keepClientInstances(provider, deps.clients);
  compareHashedSecrets(provider, deps.onSecretUse);
  nameRefreshTokens(provider, deps.refreshTokens);
  refuseReplays(provider);
  checkBeforeCodesAreSpent(provider);
  nameUnauthorizedClients(provider);
  observeErrors(provider);
  verifyHints(provider, deps.ring.forHints);
  return provider;
}

function configuration(deps: ProviderDeps): Configuration {
  const [signing] = deps.ring.published as [SigningKey];
  const secure = deps.issuer.startsWith('https:');
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax', secure } as const;
  return {
    adapter: deps.adapter,
    jwks: { keys: deps.ring.published.map((key) => signingKey(key)) as never },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      revocation: '/oauth/revoke',
      introspection: '/oauth/introspect',
      jwks: '/oauth/jwks',
      registration: '/oauth/register',
      pushed_authorization_request: '/oauth/par',
      device_authorization: '/oauth/device_authorization',
      code_verification: '/device',
      end_session: '/oauth/logout',
      userinfo: '/oauth/userinfo',
    },
    // Clients
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: [...authMethods],
    assertJwtClientAuthClaimsAndHeader: refuseLongAssertions as never,
    clientDefaults: { id_token_signed_response_alg: 'ES256', response_types: ['code'] },
    extraClientMetadata: { properties: extraClientMetadata },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: maySpeakFor,
    fetch: deps.fetchKeys as never,
    ...({ fetchResponseBodyLimits: { jwks_uri: 64 * 1024, sector_identifier_uri: 5 * 1024 } } as object),
    enabledJWA: {
      idTokenSigningAlgValues: [...signingAlgorithms],
      dPoPSigningAlgValues: proofAlgorithmNames as never,
      clientAuthSigningAlgValues: [...clientAuthAlgorithms],
    },
    // What may be asked for
    scopes: [...apiScopes, ...identityScopes, ...adminScopes],
    claims: claimsOfScopes,
    extraParams: { default_scope: applyDefaultScope } as never,
    // Accounts, grants, tokens
    findAccount: findAccount(deps.db),
    loadExistingGrant: loadExistingGrant(deps.db, deps.unverifiedPeopleLimit),
    issueRefreshToken,
    rotateRefreshToken: rotateOrNoteUse(deps.db),
    revokeGrantPolicy,
    expiresWithSession: async () => false,
    extraTokenClaims: extraTokenClaims as Configuration['extraTokenClaims'],
    ttl: lifetimes as never,
    // Pages
    interactions: { policy: promptPolicy(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    renderError,
    cookies: {
      keys: deps.cookieKeys as never,
      long: cookie,
      short: cookie,
      names: {
        session: cookieName('session', { secure }),
        // Each is for the path of its interaction. A neighbour can plant them, so they decide nothing: they name an
        // interaction, which only the browser's secret opens.
        interaction: cookieName('interaction', { secure, path: '/interaction' }),
        resume: cookieName('resume', { secure, path: '/oauth/authorize' }),
      },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      resourceIndicators: resourceIndicators(deps, signing.kid),
      externalSigningSupport: { enabled: true, ack: 'experimental-01' } as never,
      userinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true } as never,
      dPoP: { enabled: true, nonceSecret: deps.dpopNonceSecret, requireNonce },
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
    },
    discovery: discovery(deps) as never,
  };
}

/** Refresh tokens have a form of their own. After a rotation, the statement that rotated has said which one is next. */
function nameRefreshTokens(provider: Provider, refreshTokens: RefreshTokens): void {
  const { prototype } = provider.RefreshToken as unknown as { prototype: { generateTokenId(): string } };
  prototype.generateTokenId = () => {
    const { refresh } = requestContext().outcome;
    return refresh?.issued ? refreshTokens.at(refresh.token.handle, refresh.issued) : refreshTokens.first();
  };
}
