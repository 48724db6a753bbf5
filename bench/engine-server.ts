/** oidc-provider with our routes, features, lifetimes and JWTs, and its own defaults for everything else. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { type AdapterPayload, type Configuration, errors, Provider } from 'oidc-provider';
import { apiScopes, identityScopes } from '../src/policy/scopes.ts';
import { usePages } from './engine-pages.ts';
import type { Storage } from './engine-storage.ts';
import { clientSecrets, type EngineSettings } from './engine-variant.ts';
import { apiResource, opaqueResource, redirectUri } from './scenario.ts';

/** Waits for its settings, starts to listen and reports it, and answers each further message with the number of statements. */
export async function serveEngine(open: (settings: EngineSettings) => Promise<Storage>): Promise<void> {
  const [settings] = (await once(process, 'message')) as [EngineSettings];
  const storage = await open(settings);
  for (const client of clients) await storage.addClient(client);
  const provider = new Provider(settings.issuer, await configuration(storage));
  usePages(provider, storage);
  const server = createServer({ keepAliveTimeout: 65_000 }, provider.callback());
  server.listen(Number(new URL(settings.issuer).port), '127.0.0.1');
  await once(server, 'listening');
  process.once('SIGTERM', () => process.exit());
  process.on('message', () => process.send?.(storage.statements()));
  process.send?.('listening');
}

const machine = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
const clients: (AdapterPayload & { client_id: string })[] = [
  {
    client_id: 'app',
    client_name: 'App',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  { ...machine, client_id: 'service', client_secret: clientSecrets.service },
  { ...machine, client_id: 'gateway', client_secret: clientSecrets.gateway },
];

async function configuration(storage: Storage): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax' } as const;
  return {
    adapter: (model: string) => storage.adapter(model),
    jwks: { keys: [jwk] as never },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      revocation: '/oauth/revoke',
      introspection: '/oauth/introspect',
      jwks: '/oauth/jwks',
      pushed_authorization_request: '/oauth/par',
      end_session: '/oauth/logout',
      userinfo: '/oauth/userinfo',
    },
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: [...apiScopes, ...identityScopes],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    async findAccount(_ctx, id) {
      const person = await storage.findPerson('id', id);
      return person && { accountId: id, claims: async () => ({ sub: id, email: person.email }) };
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    ttl: {
      AuthorizationCode: 60,
      IdToken: 3600,
      Interaction: 3600,
      Session: 14 * 24 * 3600,
      RefreshToken: 30 * 24 * 3600,
      Grant: 365 * 24 * 3600,
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: [randomBytes(32).toString('hex')], long: cookie, short: cookie },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientAuthMethod !== 'none' },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => apiResource,
        useGrantedResource: async () => true,
        getResourceServerInfo: (_ctx, resource) => resourceServer(resource),
      },
      userinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true } as never,
      dPoP: { enabled: true, nonceSecret: randomBytes(32) },
      rpInitiatedLogout: { enabled: true },
    },
  };
}

function resourceServer(resource: string) {
  if (resource !== apiResource && resource !== opaqueResource) throw new errors.InvalidTarget();
  const common = { scope: apiScopes.join(' '), audience: resource, accessTokenTTL: 3600 };
  return resource === opaqueResource
    ? ({ ...common, accessTokenFormat: 'opaque' } as const)
    : ({ ...common, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256', kid: 'bench' } } } as const);
}
