/** The address that a request came from: X-Forwarded-For is read once, and nonsense in it is not an address. */
import { describe, expect, it } from 'vitest';
import { callerAddress, forwardedChain } from '../../src/policy/caller-address.ts';
import { parseAddress } from '../../src/policy/ip-address.ts';

describe('an address is read as', () => {
  it.each([
    ['203.0.113.78', '203.0.113.78'],
    [' 203.0.113.78 ', '203.0.113.78'],
    // Azure's gateways append the port.
    ['203.0.113.78:4711', '203.0.113.78'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['"[2001:db8::1]:4711"', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.78', '203.0.113.78'],
    ['[::ffff:203.0.113.78]:4711', '203.0.113.78'],
    ['::ffff:cb00:714e', '203.0.113.78'],
    ['0:0:0:0:0:FFFF:203.0.113.78', '203.0.113.78'],
    ['::1', '::1'],
  ])('%s: %s', (sent, address) => expect(parseAddress(sent)).toBe(address));
});

describe('an address is not read from', () => {
  it.each([
    '',
    ' ',
    'unknown',
    '_hidden',
    'localhost',
    '<script>alert(1)</script>',
    '203.0.113',
    '203.0.113.256',
    '0xcb.0.113.78',
    '0313.0.113.78',
    '3405803854',
    '203.0.113.78:',
    '203.0.113.78:port',
    '203.0.113.78:123456',
    '203.0.113.78 4711',
    '[203.0.113.78]:4711x',
    '[2001:db8::1',
    '2001:db8::1]',
    '2001:db8::g',
    `203.0.113.78${' '.repeat(10_000)}x`,
    '203.0.113.78\0',
  ])('%j', (sent) => expect(parseAddress(sent)).toBeUndefined());
});

describe('the address of the caller is', () => {
  it.each([
    ['the socket’s if nothing was forwarded', undefined, '203.0.113.9'],
    ['the last one that was forwarded', '192.0.2.1, 198.51.100.4:4711', '198.51.100.4'],
    ['the socket’s if the last one is malformed', '192.0.2.1, unknown', '203.0.113.9'],
    ['the socket’s if the header is empty', '', '203.0.113.9'],
    ['the socket’s if the last one is empty', '192.0.2.1,', '203.0.113.9'],
  ])('%s', (_, forwarded, address) => {
    expect(callerAddress(forwarded, '::ffff:203.0.113.9')).toBe(address);
  });

  it('unknown once the socket has none', () => {
    expect(callerAddress(undefined, undefined)).toBe('');
  });
});

describe('the chain of proxies is', () => {
  it.each([
    ['203.0.113.7:80, [2001:db8::1]:81', '203.0.113.7, 2001:db8::1, 127.0.0.1'],
    // What precedes something unreadable was written by an unknown sender.
    ['203.0.113.7, unknown, 198.51.100.4', '198.51.100.4, 127.0.0.1'],
    ['203.0.113.7, <script>', '127.0.0.1'],
    [undefined, '127.0.0.1'],
  ])('%s: %s', (forwarded, chain) => expect(forwardedChain(forwarded, '::ffff:127.0.0.1')).toBe(chain));
});
