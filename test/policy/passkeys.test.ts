import { describe, expect, it } from 'vitest';
import { assuranceOf } from '../../src/policy/assurance.ts';
import { challengeOf, parseNewPasskey, parsePasskey } from '../../src/policy/passkey-answers.ts';
import {
  authenticatorName,
  counterWentBack,
  methodsOfPasskey,
  passkeyName,
  relyingPartyOf,
} from '../../src/policy/passkeys.ts';

describe('relyingPartyOf', () => {
  it.each([
    ['https://auth.vibecaas.com', { id: 'auth.vibecaas.com', origin: 'https://auth.vibecaas.com' }],
    ['https://auth.vibecaas.com:8443', { id: 'auth.vibecaas.com', origin: 'https://auth.vibecaas.com:8443' }],
    ['http://localhost:3000', { id: 'localhost', origin: 'http://localhost:3000' }],
    ['http://127.0.0.1:3000', undefined],
    ['http://[::1]:3000', undefined],
  ])('of %s is %j', (issuer, rp) => {
    expect(relyingPartyOf(issuer)).toEqual(rp);
  });
});

it.each([
  [0, 0, false],
  [0, 1, false],
  [7, 8, false],
  [7, 7, true],
  [7, 6, true],
  [7, 0, true],
])('a counter that was %i and is %i now went back: %s', (stored, sent, back) => {
  expect(counterWentBack(stored, sent)).toBe(back);
});

it.each([true, false])('a passkey is two factors, synced or not (%s)', (synced) => {
  const { acr, amr } = assuranceOf(methodsOfPasskey({ synced }));
  expect(acr).toBe('urn:vibecaas:acr:2');
  expect(amr).toEqual([synced ? 'swk' : 'hwk', 'user', 'mfa']);
});

it('a name loses the spaces around it, and must be readable', () => {
  expect(passkeyName('  Phone ')).toEqual({ name: 'Phone' });
  expect(passkeyName(' ')).toHaveProperty('problem');
});

it('an authenticator that is not known has no name', () => {
  expect(authenticatorName('bada5566-a7aa-401f-bd96-45619a55120d')).toBe('1Password');
  expect(authenticatorName('00000000-0000-0000-0000-000000000000')).toBeUndefined();
});

describe('what a browser sends', () => {
  const clientDataJSON = Buffer.from('{"challenge":"abc"}').toString('base64url');
  const used = { clientDataJSON, authenticatorData: 'AA', signature: 'AA', userHandle: 'AA' };
  const made = { clientDataJSON, attestationObject: 'AA', transports: ['usb', 'carrier pigeon', 7] };
  const sent = (response: unknown, changes: object = {}) =>
    JSON.stringify({ id: 'abc', rawId: 'abc', type: 'public-key', response, ...changes });

  it('is read without what we do not know', () => {
    expect(parseNewPasskey(sent(made, { extra: 1 }))).toEqual({
      id: 'abc',
      rawId: 'abc',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, attestationObject: 'AA', transports: ['usb'] },
    });
    const answer = parsePasskey(sent({ ...used, more: 1 }));
    expect(answer?.response).toEqual(used);
    expect(answer && challengeOf(answer)).toBe('abc');
    expect(parsePasskey(sent({ ...used, userHandle: null }))?.response).not.toHaveProperty('userHandle');
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no response', sent(undefined)],
    ['a list as response', sent([])],
    ['two ids', sent(used, { rawId: 'abd' })],
    ['an id that is too long', sent(used, { id: 'a'.repeat(1365), rawId: 'a'.repeat(1365) })],
    ['an id that is a number', sent(used, { id: 1, rawId: 1 })],
    ['another type', sent(used, { type: 'password' })],
    ['no signature', sent({ ...used, signature: undefined })],
    ['a signature that is not base64url', sent({ ...used, signature: 'a+b' })],
    ['a handle that is a list', sent({ ...used, userHandle: [] })],
    ['client data that is too long', sent({ ...used, clientDataJSON: 'a'.repeat(16_385) })],
  ])('is not an answer: %s', (_what, text) => {
    expect(parsePasskey(text)).toBeUndefined();
    expect(parseNewPasskey(text)).toBeUndefined();
  });

  it.each(['{', '[]', 'null', '{"challenge":1}'])('has no challenge in %s', (text) => {
    const answer = parsePasskey(sent({ ...used, clientDataJSON: Buffer.from(text).toString('base64url') }));
    expect(answer && challengeOf(answer)).toBeUndefined();
  });
});
