/** What a registration must have for the profile fapi2, and that each refusal says what to change. */
import { expect, it } from 'vitest';
import { completeClient } from '../../../src/policy/client/registration.ts';
import type { ClientInput } from '../../../src/policy/client/schema.ts';
import { deviceGrantType } from '../../../src/policy/device-codes.ts';

const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
const bank = {
  client_name: 'Bank',
  type: 'web',
  profile: 'fapi2',
  redirect_uris: ['https://bank.example/back'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://bank.example/keys',
};

it('a client with keys and https may have the profile, and none has it unless somebody says so', () => {
  expect(completeClient(bank as ClientInput).profile).toBe('fapi2');
  expect(completeClient({ ...bank, profile: undefined } as ClientInput).profile).toBe('standard');
  const service = { ...bank, type: 'service', redirect_uris: [], scope: 'projects:read' };
  expect(completeClient(service as ClientInput).profile).toBe('fapi2');
});

it.each<[input: object, field: string, problem: RegExp]>([
  [{ token_endpoint_auth_method: 'client_secret_basic' }, 'token_endpoint_auth_method', /must be private_key_jwt/],
  [{ token_endpoint_auth_method: 'none' }, 'token_endpoint_auth_method', /must be private_key_jwt/],
  [{ type: 'spa', token_endpoint_auth_method: 'none' }, 'token_endpoint_auth_method', /must be private_key_jwt/],
  [{ assertion_audience: 'endpoint' }, 'assertion_audience', /must be issuer/],
  [{ id_token_signed_response_alg: 'RS256' }, 'id_token_signed_response_alg', /must be ES256/],
  [{ grant_types: ['authorization_code', deviceGrantType] }, 'grant_types', /must not have the device code/],
  [{ redirect_uris: ['http://localhost/back'] }, 'redirect_uris', /lead to another computer/],
  [{ redirect_uris: ['https://localhost/back'] }, 'redirect_uris', /lead to another computer/],
  [{ type: 'native', redirect_uris: ['com.example.bank:/back'] }, 'redirect_uris', /must begin with https/],
  [{ profile: 'fapi1' }, 'profile', /must be standard or fapi2/],
])('the profile is refused with %o, in the field that has to change', (input, field, problem) => {
  const complete = () => completeClient({ ...bank, ...{ jwks: { keys: [key] }, jwks_uri: null }, ...input } as never);
  expect(complete).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ [field]: expect.stringMatching(problem) }) }),
  );
  if (field !== 'profile')
    expect(() => completeClient({ ...bank, ...input, profile: 'standard' } as never)).not.toThrow();
});
