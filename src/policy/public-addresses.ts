/** Which IP addresses a request may reach if a stranger chose the host: public ones, and none of our own network. */
import ipaddr from 'ipaddr.js';

/** Public addresses that a cloud uses internally: Azure serves metadata on this one. */
const metadata = ['168.63.129.16'];
/** The IPv6 addresses that are assigned to the internet (RFC 3513 §2.5.4). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Returns false for private, loopback, link-local (metadata of most clouds), carrier-grade NAT, multicast, documentation and
 * reserved addresses (RFC 6890), and for IPv6 addresses that embed an IPv4 address: mapped, NAT64, 6to4, Teredo.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || metadata.includes(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(globalUnicast);
}

/** Returns true for 127.0.0.0/8 and ::1. */
export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}
