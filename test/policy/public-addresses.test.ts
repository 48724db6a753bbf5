import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/policy/public-addresses.ts';

const refused: Record<string, string[]> = {
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1', 'fec0::1'],
  loopback: ['127.0.0.1', '127.255.0.1', '::1'],
  'link-local and metadata': [
    '169.254.0.1',
    '169.254.169.254',
    'fe80::1',
    'fd00:ec2::254',
    '168.63.129.16',
    '192.0.0.192',
  ],
  'carrier-grade NAT': ['100.64.0.1', '100.100.100.200', '100.127.255.255'],
  'multicast and broadcast': ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  'IPv4 in IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '::7f00:1',
    '::ffff:0:8.8.8.8',
    '2002:7f00:1::',
    '2001::1',
  ],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1'],
  'unspecified, reserved, documentation': [
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '240.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '2001:db8::1',
    '100::1',
    '5f00::1',
  ],
  'no address at all': ['', 'localhost', '1.2.3.4.5', '999.1.1.1', '::g'],
};

describe('an outgoing request must not reach', () => {
  for (const [what, addresses] of Object.entries(refused)) {
    it.each(addresses)(`${what}: %s`, (address) => expect(isPublicAddress(address)).toBe(false));
  }
});

it.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  'it may reach %s',
  (address) => expect(isPublicAddress(address)).toBe(true),
);
