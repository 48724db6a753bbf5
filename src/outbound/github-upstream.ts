/**
 * GitHub, or a GitHub Enterprise server. It has no ID token: who somebody is, its API tells with the access token. Answers of
 * two providers can't be mixed up, because each has a redirect URI of its own (RFC 9700, section 2.1).
 */
import { labelOf, type Upstream, type UpstreamIdentity } from '../policy/upstreams.ts';
import type { UpstreamClient } from './upstream-client.ts';
import { asUpstreamError, deniedBy, UpstreamError } from './upstream-error.ts';
import type { UpstreamFetch } from './upstream-fetch.ts';

export function githubUpstream(upstream: Upstream, redirectUri: string, fetch: UpstreamFetch): UpstreamClient {
  const { issuer } = upstream;
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`;

  async function configured() {
    const library = await import('openid-client');
    const server = {
      issuer: `${issuer}/login/oauth`,
      authorization_endpoint: `${issuer}/login/oauth/authorize`,
      token_endpoint: `${issuer}/login/oauth/access_token`,
    };
    const { clientId, clientSecret } = upstream;
    const configuration = new library.Configuration(server, clientId, {}, library.ClientSecretPost(clientSecret));
    configuration[library.customFetch] = fetch;
    if (issuer.startsWith('http:')) library.allowInsecureRequests(configuration);
    return { library, configuration };
  }

  return {
    upstream,
    async authorizationUrl({ state, verifier }, { askAgain }) {
      const { library, configuration } = await configured();
      const url = library.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: upstream.scopes.join(' '),
        state,
        code_challenge: await library.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // It cannot ask for a password, but shows a page on which the person has to choose.
        ...(askAgain && { prompt: 'select_account' }),
      });
      return url.href;
    },
    async identityFrom(search, { state, verifier }) {
      const { library, configuration } = await configured();
      try {
        const url = new URL(redirectUri + search);
        const checks = { expectedState: state, pkceCodeVerifier: verifier };
        const { access_token } = await library.authorizationCodeGrant(configuration, url, checks);
        const user = await ask(fetch, api, '/user', access_token);
        const emails = upstream.scopes.some((scope) => scope.startsWith('user'))
          ? await ask(fetch, api, '/user/emails?per_page=100', access_token)
          : [];
        return identityOf(issuer, user, emails);
      } catch (error) {
        throw deniedBy(library, error) ?? asUpstreamError(error);
      }
    },
  };
}

/** Asks the API. */
async function ask(fetch: UpstreamFetch, api: string, path: string, token: string): Promise<unknown> {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'user-agent': 'vibecaas-auth',
  };
  const answer = await fetch(api + path, { headers });
  if (answer.status !== 200) throw new UpstreamError('refused', `${path} answered ${answer.status}`);
  return answer.json().catch((error) => {
    throw new UpstreamError('refused', `${path} is not JSON`, error);
  });
}

/** The number of a user never changes; the login can be renamed, and then be somebody else's. */
function identityOf(issuer: string, user: unknown, emails: unknown): UpstreamIdentity {
  const { id, login, name } = (user ?? {}) as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(id) || (id as number) < 1) throw new UpstreamError('refused', '/user has no id');
  const list = (Array.isArray(emails) ? emails : []) as readonly Readonly<Record<string, unknown>>[];
  const primary = list.find((one) => one?.primary === true && typeof one.email === 'string');
  return {
    issuer,
    subject: String(id),
    email: primary?.email as string | undefined,
    emailVerified: primary?.verified === true,
    name: typeof name === 'string' && name !== '' ? name : undefined,
    label: typeof login === 'string' ? labelOf(login) : undefined,
    mfa: false,
    authTime: undefined,
  };
}
