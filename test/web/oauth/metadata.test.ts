/** The content of the metadata (RFC 8414 §2, OpenID Connect Discovery §3), and that it is true. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeUrl } from '../../support/oauth.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

type Metadata = Record<string, unknown> & Record<`${string}_supported`, string[]>;

let server: TestServer;
let metadata: Metadata;
beforeAll(async () => {
  server = await startTestServer();
  metadata = await read(server);
});
afterAll(() => server.stop());

async function read({ issuer }: TestServer, name = 'openid-configuration'): Promise<Metadata> {
  return (await fetch(`${issuer}/.well-known/${name}`)).json() as Promise<Metadata>;
}

it('both documents have the same content', async () => {
  expect(await read(server, 'oauth-authorization-server')).toEqual(metadata);
});

it('the metadata has what OpenID Connect Discovery §3 and RFC 8414 §2 require', () => {
  const required = [
    ...['issuer', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri', 'scopes_supported'],
    ...['response_types_supported', 'grant_types_supported', 'subject_types_supported', 'claims_supported'],
    ...['id_token_signing_alg_values_supported', 'token_endpoint_auth_methods_supported'],
    ...['code_challenge_methods_supported', 'revocation_endpoint', 'introspection_endpoint'],
  ];
  expect(Object.keys(metadata)).toEqual(expect.arrayContaining(required));
  expect(metadata.id_token_signing_alg_values_supported).toContain('RS256');
});

it.each(['token', 'revocation', 'introspection'])(
  'the %s endpoint names its algorithms, since it names private_key_jwt: RFC 8414 §2 says MUST',
  (endpoint) => {
    expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).toContain('private_key_jwt');
    const algorithms = metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`];
    expect(algorithms).toEqual(['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519']);
    expect(algorithms).not.toContain('none');
  },
);

describe('prompt_values_supported', () => {
  it('lists the values that this server supports', () => {
    expect(metadata.prompt_values_supported).toEqual(expect.arrayContaining(['none', 'login', 'consent']));
  });

  it('lists no value that is refused, and every other value is refused', async () => {
    for (const prompt of ['none', 'login', 'consent', 'select_account', 'create']) {
      const answer = await fetch(authorizeUrl(server, { prompt }), { redirect: 'manual' });
      const refused = /error=invalid_request/.test(answer.headers.get('location') ?? '');
      expect([prompt, !refused]).toEqual([prompt, metadata.prompt_values_supported?.includes(prompt)]);
    }
  });
});

it('the metadata names our documentation, and no policy that does not exist', () => {
  expect(metadata).toHaveProperty('service_documentation', `${server.issuer}/docs`);
  for (const name of ['op_policy_uri', 'op_tos_uri']) {
    expect(metadata).not.toHaveProperty(name);
  }
});

it('the metadata links to documentation, privacy policy and terms as configured', async () => {
  const env = {
    DOCS_URL: 'https://docs.example/apps',
    PRIVACY_URL: 'https://example.com/privacy',
    TERMS_URL: 'https://example.com/terms',
  };
  const node = await startTestServer({ beside: server, env });
  try {
    expect(await read(node)).toMatchObject({
      service_documentation: env.DOCS_URL,
      op_policy_uri: env.PRIVACY_URL,
      op_tos_uri: env.TERMS_URL,
    });
  } finally {
    await node.stop();
  }
});
