/** What holds for apps that nobody registered, and the one form of a host. */
import { expect, it } from 'vitest';
import { hostOfClient, normalHost, policyFor } from '../../src/policy/third-party.ts';

it.each([
  ['agent.example', 'agent.example'],
  [' AGENT.Example. ', 'agent.example'],
  ['agent.example:8443', 'agent.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['my_agent.example', 'my_agent.example'],
  ['[2001:DB8::1]', '[2001:db8::1]'],
  ['*', undefined],
  ['*.agent.example', undefined],
  ['agent.example/client.json', undefined],
  ['https://agent.example', undefined],
  ['a@agent.example', undefined],
  ['.agent.example', undefined],
  ['agent..example', undefined],
  ['agent example', undefined],
  ["agent'.example", undefined],
  ['.', undefined],
  ['', undefined],
  [`${'a.'.repeat(127)}example`, undefined],
])('The host %j has the form %j', (typed, form) => {
  expect(normalHost(typed)).toBe(form);
});

it.each([
  ['https://agent.example/client.json', 'agent.example'],
  ['https://agent.example.:8443/client.json', 'agent.example'],
  ['vcs_dynamic_1', undefined],
  ['http://agent.example/client.json', undefined],
])('The client %s has its document at %j', (clientId, host) => {
  expect(hostOfClient(clientId)).toBe(host);
});

it.each([
  ['that somebody registered', { registration_type: 'manual' }, 'allow'],
  ['without a rule', {}, 'block'],
  ['that is verified', { verified_at: new Date() }, 'allow'],
  ['that is verified and has a rule', { verified_at: new Date(), third_party_policy: 'ask' }, 'ask'],
  ['with a rule', { third_party_policy: 'allow' }, 'allow'],
  [
    'that somebody registered and a rule once named',
    { registration_type: 'manual', third_party_policy: 'block' },
    'allow',
  ],
] as const)('Where the rest is blocked, an app %s has what it should', (_what, client, policy) => {
  const none = { registration_type: 'dynamic', third_party_policy: null, verified_at: null } as const;
  expect(policyFor({ ...none, ...client }, 'block')).toBe(policy);
});
