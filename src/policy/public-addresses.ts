/** Which addresses an outgoing request may reach when a stranger has named them: public ones, and nothing of our own network. */
import ipaddr from 'ipaddr.js';

/** Ordinary addresses that a cloud answers its own machines on: Azure's, which its metadata comes from. */
const metadata = ['168.63.129.16'];
/** All that is handed out to the internet in IPv6 (RFC 3513 §2.5.4). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * False for private, loopback, link-local (metadata of most clouds), carrier-grade NAT, multicast, documentation and
 * reserved addresses (RFC 6890), and for every IPv6 form that stands for an IPv4 address: mapped, NAT64, 6to4, Teredo.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || metadata.includes(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(globalUnicast);
}

/** 127.0.0.0/8 and ::1. */
export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}
