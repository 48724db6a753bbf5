import { describe, expect, test } from 'vitest';
import { completeClient } from '../../../src/policy/client/registration.ts';
import { selfRegistration } from '../../../src/policy/client/self-registration.ts';

const https = 'https://app.example/callback';

/** What is registered for a client that says this of itself. */
const registered = (document: object, more: object = {}) =>
  completeClient(
    selfRegistration(
      { client_name: 'Agent', token_endpoint_auth_method: 'none', redirect_uris: [https], ...document },
      'a.example',
    ),
    { byItself: true, ...more },
  );

describe('A client that registers itself', () => {
  test.each([
    [[https], undefined, 'web'],
    [[https], 'web', 'web'],
    [[https], 'native', 'native'],
    [['http://localhost/callback', 'http://127.0.0.1/callback'], undefined, 'native'],
    [['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'], 'web', 'native'],
    [['http://[::1]/'], undefined, 'native'],
    [['com.example.app:/callback', https], undefined, 'native'],
    [['cursor://anysphere.cursor-mcp/oauth/callback', https, 'http://localhost:8787/callback'], 'web', 'native'],
  ])('with the redirect URIs %j and application_type %j is %s', (redirect_uris, application_type, type) => {
    const client = registered({ redirect_uris, application_type });
    expect(client).toMatchObject({ type, redirect_uris });
  });

  test('may ask for what only reads by default, and everything else is up to the person', () => {
    expect(registered({})).toMatchObject({
      scope: 'projects:read projects:write deployments:read deployments:write analytics:read ai:generate',
      default_scope: 'projects:read deployments:read analytics:read',
      optional_scope: 'projects:write deployments:write ai:generate',
    });
  });

  test.each([
    ['projects:read ai:generate', 'projects:read ai:generate', 'projects:read', 'ai:generate'],
    ['openid email projects:read claudeai', 'projects:read', 'projects:read', ''],
    ['clients:write projects:write', 'projects:write', '', 'projects:write'],
    ['projects:read,projects:write', 'projects:read projects:write', 'projects:read', 'projects:write'],
  ])('that names the scope %j may ask for those that are known', (scope, ceiling, defaults, optional) => {
    expect(registered({ scope })).toMatchObject({
      scope: ceiling,
      default_scope: defaults,
      optional_scope: optional,
    });
  });

  test.each(['claudeai', '', 'openid profile', 7, null])(
    'that names no scope of the API (%j) may ask for all',
    (scope) => {
      expect(registered({ scope }).scope.split(' ')).toHaveLength(6);
    },
  );

  test('keeps none of the fields that only a person may set, and none that we do not know', () => {
    const client = registered({
      first_party: true,
      gateway_resource: 'https://api.vibecaas.com',
      owner_email: 'admin@example.com',
      owner_name: 'VibeCaaS',
      allowed_origins: ['https://evil.example'],
      refresh_token_leeway: 3600,
      type: 'service',
      logo_uri: '',
      software_id: 'x',
      unknown: { deep: [] },
    });
    expect(client).toMatchObject({
      first_party: false,
      gateway_resource: null,
      owner_email: null,
      owner_name: null,
      allowed_origins: [],
      refresh_token_leeway: null,
      type: 'web',
    });
    expect(client).not.toHaveProperty('logo_uri');
    expect(client).not.toHaveProperty('unknown');
  });

  test('never acts for itself', () => {
    const grant_types = ['client_credentials', 'refresh_token', 'implicit', 'password', 7];
    expect(registered({ grant_types }).grant_types).toEqual(['authorization_code', 'refresh_token']);
    expect(registered({ grant_types: ['authorization_code'] }).grant_types).toEqual(['authorization_code']);
    expect(registered({ grant_types: [] }).grant_types).toEqual(['authorization_code', 'refresh_token']);
  });

  test('is registered without the texts and addresses that can’t be shown', () => {
    const client = registered({
      client_uri: 'javascript:alert(1)',
      policy_uri: '',
      tos_uri: 'https://app.example/terms',
      contacts: ['nobody'],
      'client_name#de': 'Agent\u202egp',
      'client_name#fr': 'L’agent',
    });
    expect(client).toMatchObject({
      client_uri: null,
      policy_uri: null,
      tos_uri: 'https://app.example/terms',
      contacts: [],
      'client_name#de': null,
      'client_name#fr': 'L’agent',
    });
  });

  test('without a name is called by what else is known', () => {
    expect(registered({ client_name: ' ' }).client_name).toBe('a.example');
    expect(registered({ client_name: undefined }).client_name).toBe('a.example');
  });

  test('keeps keys only for private_key_jwt', () => {
    expect(registered({ jwks: { keys: [] } }).jwks).toBeNull();
    const address = 'https://app.example/keys';
    expect(registered({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: address }).jwks_uri).toBe(address);
  });

  test.each([
    [{ redirect_uris: undefined }, 'redirect_uris'],
    [{ redirect_uris: [] }, 'redirect_uris'],
    [{ redirect_uris: [''] }, 'redirect_uris'],
    [{ redirect_uris: https }, 'redirect_uris'],
    [{ redirect_uris: [{ uri: https }] }, 'redirect_uris'],
    [{ redirect_uris: ['javascript:alert(1)'] }, 'redirect_uris'],
    [{ redirect_uris: ['mailto:me@example.com'] }, 'redirect_uris'],
    [{ redirect_uris: ['search-ms:query=x&crumb=location:a'] }, 'redirect_uris'],
    [{ redirect_uris: ['itms-services://x'] }, 'redirect_uris'],
    [{ redirect_uris: ['http://app.example/callback'] }, 'redirect_uris'],
    [{ redirect_uris: ['https://*.app.example/callback'] }, 'redirect_uris'],
    [{ redirect_uris: [`${https}#part`] }, 'redirect_uris'],
    [{ redirect_uris: Array.from({ length: 21 }, (_, i) => `${https}${i}`) }, 'redirect_uris'],
    [{ client_name: 'Agent\u202e' }, 'client_name'],
    [{ client_name: 'a'.repeat(101) }, 'client_name'],
    [{ token_endpoint_auth_method: 'tls_client_auth' }, 'token_endpoint_auth_method'],
    [{ token_endpoint_auth_method: 'private_key_jwt' }, 'token_endpoint_auth_method'],
    [{ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', d: 'x' }] } }, 'jwks'],
    [{ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://app.example/keys' }, 'jwks_uri'],
  ])('that says %j is told that %s is wrong', (document, field) => {
    expect(() => registered(document)).toThrow(expect.objectContaining({ details: { [field]: expect.any(String) } }));
  });

  test('may have a scheme without a domain, which one that a person registers may not', () => {
    const document = { redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] };
    expect(registered(document).type).toBe('native');
    expect(() => registered(document, { byItself: false })).toThrow(/redirect_uris/);
  });
});
