/**
 * A provider that speaks OpenID Connect. The library checks `state`, `iss` (RFC 9207), the signature of the ID token and its
 * `iss`, `aud`, `exp` and `nonce`.
 */
import type { ClientAuth, Configuration, IDToken } from 'openid-client';
import type { Upstream, UpstreamIdentity } from '../policy/upstreams.ts';
import { clockToleranceSeconds, isSubject, labelOf } from '../policy/upstreams.ts';
import { keptFor } from './kept.ts';
import type { UpstreamClient } from './upstream-client.ts';
import { asUpstreamError, deniedBy, UpstreamError } from './upstream-error.ts';
import type { UpstreamFetch } from './upstream-fetch.ts';

type Library = typeof import('openid-client');

/** Metadata is read again after an hour; after a failure, nobody asks for a few seconds. */
const keeping = { freshMs: 3_600_000, retryMs: 5_000 };

export function openidUpstream(upstream: Upstream, redirectUri: string, fetch: UpstreamFetch): UpstreamClient {
  const configured = keptFor(async () => {
    const library = await import('openid-client');
    return { library, configuration: await discover(library, upstream, fetch) };
  }, keeping);

  return {
    upstream,
    async authorizationUrl({ state, nonce, verifier }, { askAgain }) {
      const { library, configuration } = await configured().catch(rethrow);
      const url = library.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: upstream.scopes.join(' '),
        state,
        nonce,
        code_challenge: await library.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // With max_age the provider has to say when the person has shown who they are.
        ...(askAgain && { prompt: 'login', max_age: '0' }),
      });
      return url.href;
    },
    async identityFrom(search, { state, nonce, verifier }) {
      const { library, configuration } = await configured().catch(rethrow);
      const tokens = await library
        .authorizationCodeGrant(configuration, new URL(redirectUri + search), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw deniedBy(library, error) ?? asUpstreamError(error);
        });
      const claims = tokens.claims() as IDToken;
      // Many providers tell the address only at UserInfo.
      const asks = claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined;
      const profile = asks
        ? await library.fetchUserInfo(configuration, tokens.access_token, claims.sub).catch(rethrow)
        : claims;
      return identityOf(upstream, claims, profile);
    },
  };
}

async function discover(library: Library, upstream: Upstream, fetch: UpstreamFetch): Promise<Configuration> {
  const { issuer, clientId, clientSecret, authMethod } = upstream;
  const server = new URL(issuer);
  const options = {
    [library.customFetch]: fetch,
    execute: [
      library.enableNonRepudiationChecks,
      ...(server.protocol === 'http:' ? [library.allowInsecureRequests] : []),
    ],
  };
  const metadata = { [library.clockTolerance]: clockToleranceSeconds };
  const authenticate: ClientAuth = (as, client, body, headers) => {
    // Without a list, a provider supports Basic (OpenID Connect Discovery 1.0, section 3).
    const listed = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const method =
      authMethod ?? (listed.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post');
    const way = method === 'client_secret_basic' ? library.ClientSecretBasic : library.ClientSecretPost;
    return way(clientSecret)(as, client, body, headers);
  };
  const configuration = await library.discovery(server, clientId, metadata, authenticate, options);
  const page = URL.parse(configuration.serverMetadata().authorization_endpoint ?? '');
  if (page?.protocol !== 'https:' && page?.origin !== server.origin) {
    throw new UpstreamError('refused', 'authorization_endpoint is not an https address');
  }
  return configuration;
}

type Claims = Readonly<Record<string, unknown>>;

function identityOf({ issuer }: Upstream, { sub, acr, amr, auth_time }: Claims, profile: Claims): UpstreamIdentity {
  if (!isSubject(sub)) throw new UpstreamError('refused', 'sub is not 1 to 255 ASCII characters');
  const email = text(profile.email);
  const name = text(profile.name);
  return {
    issuer,
    subject: sub,
    email,
    // Some providers send "true"; only a boolean is one.
    emailVerified: profile.email_verified === true,
    name,
    label: labelOf(email) ?? labelOf(text(profile.preferred_username)) ?? labelOf(name),
    mfa: acr === 'urn:vibecaas:acr:2' || (Array.isArray(amr) && amr.includes('mfa')),
    authTime: typeof auth_time === 'number' ? auth_time : undefined,
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function rethrow(error: unknown): never {
  throw asUpstreamError(error);
}
