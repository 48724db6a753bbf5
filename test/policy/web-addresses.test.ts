/** Every web address of a client must be written in full: a browser reads `https:evil.example` as a host too. */
import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { completeClient } from '../../src/policy/client/registration.ts';
import type { ClientInput } from '../../src/policy/client/schema.ts';
import { checkWebhookUrl } from '../../src/policy/webhook-urls.ts';

const short = [
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'HTTPS:evil.example',
  'https:evil.example/path',
  'https://',
  'https:',
  '//evil.example',
  'evil.example',
];

const web = { client_name: 'Notes', redirect_uris: ['https://app.example/callback'] };
const service = { client_name: 'Robot', type: 'service' };
const key = { token_endpoint_auth_method: 'private_key_jwt' };

describe.each<[field: string, register: (address: string) => object]>([
  ['client_uri', (client_uri) => ({ ...web, client_uri })],
  ['policy_uri', (policy_uri) => ({ ...web, policy_uri })],
  ['tos_uri', (tos_uri) => ({ ...web, tos_uri })],
  ['support_uri', (support_uri) => ({ ...web, support_uri })],
  ['jwks_uri', (jwks_uri) => ({ ...web, ...key, jwks_uri })],
  ['gateway_resource', (gateway_resource) => ({ ...service, gateway_resource })],
  ['redirect_uris', (uri) => ({ ...web, redirect_uris: [uri] })],
  ['post_logout_redirect_uris', (uri) => ({ ...web, post_logout_redirect_uris: [uri] })],
])('%s', (field, register) => {
  it.each(short)('must not be %s', (address) => {
    expect(problemsOf(register(address))).toEqual({ [field]: expect.any(String) });
  });

  it('may be a whole address', () => {
    expect(problemsOf(register('https://app.example/somewhere'))).toEqual({});
  });
});

const privateHosts = [
  '10.0.0.1',
  '127.1',
  '169.254.169.254',
  '168.63.129.16',
  '[::1]',
  '[fd00::1]',
  '[::ffff:10.0.0.1]',
  '0x7f000001',
];
const localHosts = ['localhost', 'keys.localhost', 'LOCALHOST.', 'intranet'];

describe.each<[what: string, field: string, register: (address: string) => object]>([
  ['the keys of a client', 'jwks_uri', (jwks_uri) => ({ ...web, ...key, jwks_uri })],
  [
    'the issuer of a workload',
    'workload_identities',
    (issuer) => ({
      ...service,
      token_endpoint_auth_method: 'workload_identity',
      workload_identities: [{ issuer, subject: 'a:b' }],
    }),
  ],
])('%s, which this server reads', (_what, field, register) => {
  it.each([...privateHosts, ...localHosts])('can’t be at %s', (host) => {
    const problems = problemsOf(register(`https://${host}/keys`)) as Record<string, string>;
    expect(Object.keys(problems)).toEqual([field]);
    expect(problems[field]).toMatch(/public address/);
  });

  it.each(['8.8.8.8', '[2606:4700::1111]', 'keys.example', 'keys.example:8443'])('can be at %s', (host) => {
    expect(problemsOf(register(`https://${host}/keys`))).toEqual({});
  });
});

it('The issuer of a workload may be anywhere if its keys are registered', async () => {
  const jwks = { keys: [await exportJWK((await generateKeyPair('ES256')).publicKey)] };
  const workload_identities = [{ issuer: 'https://kubernetes', subject: 'a:b', jwks }];
  expect(problemsOf({ ...service, token_endpoint_auth_method: 'workload_identity', workload_identities })).toEqual({});
});

describe('a webhook', () => {
  const rules = { local: false, ports: [443] };
  test.each(short)('can’t be at %s', (address) => {
    expect(checkWebhookUrl(address, rules)).toMatch(/whole address/);
  });
  test('can’t be at http:localhost, even where this machine is allowed', () => {
    expect(checkWebhookUrl('http:localhost/x', { local: true, ports: [443] })).toMatch(/whole address/);
  });
  test('can be at a whole address', () => {
    expect(checkWebhookUrl('https://app.example/webhooks', rules)).toBeUndefined();
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
