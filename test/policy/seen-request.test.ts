/** What the headers of a request through proxies mean (docs/operations.md, "Check an installation"). */
import { expect, it } from 'vitest';
import { claimedAddress, judgeSeen, parseQuestion, type SeenRequest } from '../../src/policy/seen-request.ts';

const issuer = 'https://auth.example.com';
const peer = '10.0.0.9';
const seen = (given: Partial<SeenRequest>): SeenRequest => ({
  ...{ trust_proxy: true, address: '198.51.100.7', peer, host: 'auth.example.com' },
  ...{ forwarded_for: '198.51.100.7', forwarded_host: null, forwarded_proto: 'https', ...given },
});

it.each<[string, Partial<SeenRequest>, string[]]>([
  ['a proxy that replaces the header', {}, ['ok proxied']],
  ['a proxy that appends to it', { forwarded_for: `${claimedAddress}, 198.51.100.7` }, ['ok proxied']],
  [
    'a proxy that passes on what it got',
    { forwarded_for: claimedAddress, address: claimedAddress },
    ['problem no_proxy'],
  ],
  [
    'a proxy that appends in front',
    { forwarded_for: `1.2.3.4, ${claimedAddress}`, address: claimedAddress },
    ['problem believes_claims'],
  ],
  ['trust without any header', { forwarded_for: null, address: peer }, ['problem no_proxy']],
  [
    'an inner proxy that sees the outer one',
    { forwarded_for: '10.1.2.3', address: '10.1.2.3' },
    ['warning inner_address'],
  ],
  ['the same by IPv6', { forwarded_for: 'fd00::1', address: 'fd00::1' }, ['warning inner_address']],
  [
    'no proxy, and no trust',
    { trust_proxy: false, forwarded_for: claimedAddress, address: '198.51.100.7' },
    ['ok direct'],
  ],
  [
    'a proxy without trust',
    { trust_proxy: false, forwarded_for: '198.51.100.7', address: peer },
    ['problem ignores_proxy'],
  ],
  [
    'a proxy without trust that drops the header',
    { trust_proxy: false, forwarded_for: null, address: peer },
    ['problem ignores_proxy'],
  ],
  ['another host', { host: 'vcauth' }, ['ok proxied', 'warning other_host']],
  ['another host with the right one beside it', { host: 'vcauth', forwarded_host: 'auth.example.com' }, ['ok proxied']],
  ['a host with a port', { host: 'auth.example.com:443' }, ['ok proxied']],
  ['a scheme without TLS', { forwarded_proto: 'http' }, ['ok proxied', 'warning plain_proto']],
  ['the scheme of two proxies', { forwarded_proto: 'http, https' }, ['ok proxied']],
])('%s', (_what, given, expected) => {
  expect(judgeSeen(seen(given), issuer).map(({ state, as }) => `${state} ${as}`)).toEqual(expected);
});

it('a question is read only if it is well-formed and at most ten minutes old', () => {
  const mac = 'A'.repeat(43);
  expect(parseQuestion(`1000.${mac}`, 1_000)).toEqual({ atSeconds: 1000, mac: Buffer.alloc(32) });
  for (const [text, now] of [
    [`1000.${mac}`, 1_601],
    [`1000.${mac}`, 399],
    [`1000.${mac}A`, 1_000],
    ['', 0],
    [`x.${mac}`, 0],
    [`1000.${mac}\n`, 1_000],
  ] as const) {
    expect(parseQuestion(text, now)).toBeUndefined();
  }
});
