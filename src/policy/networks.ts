/** Networks from which strangers come, as far as an address tells: limits count them. */
import ipaddr from 'ipaddr.js';

export interface Network {
  /** What one organization or household may have: a /24, or a /56 of IPv6. */
  readonly network: string;
  /** What one provider may have: a /16, or a /40 of IPv6. */
  readonly region: string;
}

const prefixes = { ipv4: { network: 24, region: 16 }, ipv6: { network: 56, region: 40 } };

/** Anything that is not an address is a network of its own. */
export function networkOf(ip: string): Network {
  if (!ipaddr.isValid(ip)) return { network: 'unknown', region: 'unknown' };
  const address = ipaddr.process(ip);
  const { network, region } = prefixes[address.kind()];
  return { network: prefix(address, network), region: prefix(address, region) };
}

function prefix(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept));
  });
  return `${ipaddr.fromByteArray(bytes.map((byte) => byte & 0xff)).toString()}/${bits}`;
}
