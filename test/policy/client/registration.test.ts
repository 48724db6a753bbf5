import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { completeClient } from '../../../src/policy/client/registration.ts';
import type { ClientInput } from '../../../src/policy/client/schema.ts';
import { deviceGrantType } from '../../../src/policy/device-codes.ts';
import { apiScopes } from '../../../src/policy/scopes.ts';

const uri = 'https://app.example/callback';
const web = { client_name: 'Notes', redirect_uris: [uri] };
const service = { client_name: 'Robot', type: 'service' };

describe('defaults', () => {
  const code = ['authorization_code', 'refresh_token'];
  it.each([
    [web, 'web', code, 'client_secret_basic'],
    [{ ...web, type: 'spa' }, 'spa', code, 'none'],
    [{ ...web, type: 'native' }, 'native', code, 'none'],
    [service, 'service', ['client_credentials'], 'client_secret_basic'],
  ] as const)('%j', (input, type, grants, method) => {
    expect(completeClient(input)).toMatchObject({
      type,
      grant_types: grants,
      token_endpoint_auth_method: method,
      scope: apiScopes.join(' '),
      default_scope: '',
      optional_scope: '',
      first_party: false,
      gateway_resource: null,
    });
  });

  it('null and empty fields count as absent', () => {
    const empty = { client_uri: '', jwks: null, jwks_uri: null, grant_types: null, scope: null, contacts: null };
    expect(completeClient({ ...web, ...empty })).toEqual(completeClient(web));
  });

  it.each([
    ['projects:raed', /"projects:raed" is not one of them/],
    ['projects:raed nope', /"projects:raed nope" are not among them/],
    ['projects:read,projects:write', /separated by spaces, not by commas/],
  ])('the scope %j is refused with the reason', (scope, why) => {
    for (const field of ['scope', 'default_scope', 'optional_scope']) {
      expect(() => completeClient({ ...web, [field]: scope })).toThrow(why);
    }
  });

  it('an empty scope of an app for people counts as absent', () => {
    expect(completeClient({ ...web, scope: '' }).scope).toBe('');
  });

  it('a gateway may ask for no scope unless the input names one', () => {
    const gateway = { ...service, gateway_resource: 'https://api.example' };
    expect(completeClient(gateway).scope).toBe('');
    expect(completeClient({ ...gateway, scope: 'projects:read' }).scope).toBe('projects:read');
  });

  it('a value that is given twice counts once', () => {
    const twice = completeClient({ ...web, redirect_uris: [uri, uri], scope: 'projects:read projects:read' });
    expect([twice.redirect_uris, twice.scope]).toEqual([[uri], 'projects:read']);
  });

  it('identity scopes are within every ceiling without being listed in it', () => {
    const named = completeClient({ ...web, scope: 'openid profile email offline_access projects:read' });
    expect(named.scope).toBe('projects:read');
    expect(completeClient({ ...web, scope: 'openid' }).scope).toBe('');
  });

  it('a resource loses its trailing slash', () => {
    const gateway = completeClient({ ...service, gateway_resource: 'https://api.example/' });
    expect(gateway.gateway_resource).toBe('https://api.example');
    const local = completeClient({ ...service, gateway_resource: 'http://localhost:3001/mcp' });
    expect(local.gateway_resource).toBe('http://localhost:3001/mcp');
  });
});

describe('a registration is allowed with', () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
  it.each<[string, object]>([
    ['a public web app', { ...web, token_endpoint_auth_method: 'none' }],
    [
      'a web app that people also connect by a device',
      { ...web, grant_types: ['authorization_code', deviceGrantType] },
    ],
    [
      'a native app that people connect by a device alone, without redirect URI',
      { client_name: 'Terminal', type: 'native', grant_types: [deviceGrantType, 'refresh_token'] },
    ],
    ['a web app that also acts for itself', { ...web, grant_types: ['authorization_code', 'client_credentials'] }],
    ['keys', { ...service, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key] } }],
    ['keys elsewhere', { ...web, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.example/jwks' }],
    ['a name in another script', { ...web, client_name: 'یادداشت‌ها 👩‍💻' }],
    ['default and optional scopes', { ...web, default_scope: 'projects:read', optional_scope: 'ai:generate' }],
  ])('%s', (_name, input) => {
    expect(() => completeClient(input as ClientInput)).not.toThrow();
  });
});

describe('a registration is refused, by field', () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
  const refused: [input: object, field: string, problem: RegExp][] = [
    [{ redirect_uris: [uri] }, 'client_name', /1 to 100/],
    [{ ...web, client_name: ' \u200d ' }, 'client_name', /1 to 100/],
    [{ ...web, client_name: 'x'.repeat(101) }, 'client_name', /1 to 100/],
    [{ ...web, client_name: 'a\0b' }, 'client_name', /control/],
    [{ ...web, client_name: 'a\nb' }, 'client_name', /control/],
    [{ ...web, client_name: 'evil\u202egpj' }, 'client_name', /control or invisible/],
    [{ ...web, client_name: 'a\u2066b' }, 'client_name', /invisible/],
    [{ ...web, client_name: 'a\u200bb' }, 'client_name', /invisible/],
    [{ ...web, client_name: 'a\ud800' }, 'client_name', /invisible/],
    [{ ...web, client_name: 7 }, 'client_name', /a string/],
    [{ ...web, owner_name: 'a\u202eb' }, 'owner_name', /invisible/],
    [{ ...web, description: 'two\nlines' }, 'description', /invisible/],
    [{ ...web, description: 'x'.repeat(301) }, 'description', /1 to 300/],
    [{ ...web, description: 7 }, 'description', /string/],
    [{ ...web, client_uri: 'http://app.example' }, 'client_uri', /https/],
    [{ ...web, client_uri: 'javascript:alert(1)' }, 'client_uri', /https/],
    [{ ...web, policy_uri: 'https://a:b@app.example' }, 'policy_uri', /password/],
    [{ ...web, tos_uri: 'https://app.example/"onclick=' }, 'tos_uri', /absolute/],
    [{ ...web, contacts: ['nobody'] }, 'contacts', /"nobody"/],
    [{ ...web, type: 'desktop' }, 'type', /web, spa, native or service/],
    [{ ...web, type: 'toString' }, 'type', /web, spa/],
    [{ ...web, constructor: 'x' }, 'constructor', /not a field/],
    [{ ...web, client_secret: 'mine' }, 'client_secret', /not a field/],
    [{ ...web, redirect_uris: [] }, 'redirect_uris', /at least one/],
    [{ ...web, redirect_uris: uri }, 'redirect_uris', /must be a list/],
    [{ ...web, redirect_uris: [uri, 'http://a.example', 'x:y'] }, 'redirect_uris', /"http:\/\/a.example".*; "x:y"/],
    [{ ...web, redirect_uris: Array.from({ length: 21 }, (_, i) => `${uri}${i}`) }, 'redirect_uris', /at most 20/],
    [{ ...service, redirect_uris: [uri] }, 'redirect_uris', /nobody signs in/],
    [{ ...web, post_logout_redirect_uris: ['javascript:x'] }, 'post_logout_redirect_uris', /scheme/],
    [{ ...web, grant_types: ['implicit'] }, 'grant_types', /among authorization_code/],
    [{ ...web, grant_types: ['password', 'authorization_code'] }, 'grant_types', /among/],
    [{ ...web, grant_types: ['refresh_token'] }, 'grant_types', /must have authorization_code/],
    [{ ...web, grant_types: [] }, 'grant_types', /must have authorization_code/],
    [{ ...web, type: 'spa', grant_types: ['authorization_code', deviceGrantType] }, 'grant_types', /among/],
    [{ ...service, grant_types: ['client_credentials', deviceGrantType] }, 'grant_types', /among/],
    [
      { client_name: 'Terminal', type: 'native', grant_types: ['authorization_code', deviceGrantType] },
      'redirect_uris',
      /at least one/,
    ],
    [{ ...web, type: 'spa', grant_types: ['authorization_code', 'implicit'] }, 'grant_types', /among/],
    [{ ...service, grant_types: ['authorization_code'] }, 'grant_types', /among client_credentials/],
    [{ ...service, token_endpoint_auth_method: 'none' }, 'token_endpoint_auth_method', /must be client_secret_basic/],
    [
      { ...web, token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'client_credentials'] },
      'token_endpoint_auth_method',
      /must not be none/,
    ],
    [{ ...web, type: 'spa', token_endpoint_auth_method: 'client_secret_post' }, 'token_endpoint_auth_method', /none/],
    [{ ...web, token_endpoint_auth_method: 'client_secret_jwt' }, 'token_endpoint_auth_method', /must be/],
    [{ ...web, token_endpoint_auth_method: 'private_key_jwt' }, 'token_endpoint_auth_method', /needs jwks/],
    [{ ...web, jwks: { keys: [key] }, jwks_uri: 'https://app.example/jwks' }, 'jwks', /together/],
    [{ ...web, jwks: {} }, 'jwks', /^keys is missing/],
    [{ ...web, jwks: { keys: [] } }, 'jwks', /1 to 20 keys/],
    [{ ...web, jwks: { keys: [{ ...key, d: 'private' }] } }, 'jwks', /public keys only/],
    [{ ...web, jwks: { keys: [{ kty: 'oct', k: 'secret' }] } }, 'jwks', /public keys only/],
    [{ ...web, jwks: { keys: ['key'] } }, 'jwks', /^keys entry 1 must be an object/],
    [{ ...web, jwks: [key] }, 'jwks', /an object/],
    [{ ...web, jwks_uri: 'http://localhost/jwks' }, 'jwks_uri', /https/],
    [{ ...service, scope: 'openid' }, 'scope', /at least one/],
    [{ ...web, scope: 'projects:delete' }, 'scope', /"projects:delete"/],
    [{ ...service, scope: '' }, 'scope', /at least one/],
    [{ ...web, scope: 'projects:read', default_scope: 'projects:write' }, 'default_scope', /within scope/],
    [{ ...web, default_scope: 'openid' }, 'default_scope', /of the API/],
    [{ ...web, scope: 'projects:read', optional_scope: 'ai:generate' }, 'optional_scope', /within scope/],
    [{ ...service, default_scope: 'projects:read' }, 'default_scope', /nobody signs in/],
    [{ ...web, first_party: 'yes' }, 'first_party', /true or false/],
    [{ ...web, gateway_resource: 'https://api.example' }, 'gateway_resource', /only for type service/],
    [{ ...service, gateway_resource: 'http://localhost.evil.example' }, 'gateway_resource', /https/],
    [{ ...service, gateway_resource: 'api' }, 'gateway_resource', /absolute/],
    [{ ...service, gateway_resource: 'https://api.example/#x' }, 'gateway_resource', /fragment/],
  ];
  it.each(refused)('%j', (input, field, problem) => {
    expect(problemsOf(input)).toEqual({ [field]: expect.stringMatching(problem) });
  });

  it('all problems are reported at once', () => {
    const wrong = { client_name: '', redirect_uris: ['x'], scope: 'x', grant_types: ['x'], jwks_uri: 'x', extra: 1 };
    expect(Object.keys(problemsOf(wrong)).sort()).toEqual(Object.keys(wrong).sort());
  });
});

function problemsOf(input: object): object {
  try {
    completeClient(input as ClientInput);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'invalid') return error.details ?? {};
    throw error;
  }
  return {};
}
