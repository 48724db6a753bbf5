/** Every web address of a client must be written in full: a browser reads `https:evil.example` as a host too. */
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
