import { describe, expect, it } from 'vitest';
import { type AddressRange, isWithin, neighbourhoodOf, parseRange } from '../../src/policy/address-ranges.ts';

describe('a range', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1/128'],
    ['2001:db8:0:0:1:0:0:0', '2001:db8:0:0:1::/128'],
    ['::/0', '::/0'],
    ['::1', '::1/128'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221/128'],
  ])('has a canonical form: %s', (text, canonical) => {
    expect(parseRange(text)?.text).toBe(canonical);
  });

  it.each([
    '',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/024',
    '203.0.113.0/-1',
    '203.0.113.0/24/24',
    '203.0.113.7/24',
    ' 203.0.113.7',
    '203.0.113.7,203.0.113.8',
    '2001:db8::/129',
    '2001:db8::1/32',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::1.2.3',
    '[::1]',
  ])('cannot be %j', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  const ranges = ['203.0.113.0/24', '198.51.100.7', '2001:db8:1::/48'].map((text) => parseRange(text) as AddressRange);
  it.each([
    ['203.0.113.0', true],
    ['203.0.113.255', true],
    ['203.0.114.0', false],
    ['203.0.112.255', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['::ffff:203.0.113.9', true],
    ['::ffff:cb00:7109', true],
    ['2001:db8:1::', true],
    ['2001:db8:1:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:db8:2::', false],
    ['::cb00:7109', false],
    ['', false],
    ['nobody', false],
  ])('of some holds %s: %s', (address, holds) => {
    expect(isWithin(address, ranges)).toBe(holds);
  });

  it('of everything in one family holds nothing of the other', () => {
    const all4 = [parseRange('0.0.0.0/0') as AddressRange];
    const all6 = [parseRange('::/0') as AddressRange];
    expect([isWithin('192.0.2.1', all4), isWithin('2001:db8::1', all4)]).toEqual([true, false]);
    expect([isWithin('192.0.2.1', all6), isWithin('2001:db8::1', all6)]).toEqual([false, true]);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['[2001:db8:1:2::9]:4711', '2001:db8:1:2::'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['unknown', undefined],
])('requests of %s count together as %s', (address, together) => {
  expect(neighbourhoodOf(address)).toBe(together);
});
