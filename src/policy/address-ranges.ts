/** Ranges of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3). */
import { formatIp, parseIp, parseSpelled } from './ip-address.ts';

export interface AddressRange {
  /** In canonical form: `203.0.113.0/24`, `2001:db8::/32`. */
  readonly text: string;
  readonly family: 4 | 6;
  readonly start: bigint;
  readonly bits: number;
}

const widths = { 4: 32, 6: 128 } as const;

/** A single address is a range of one. Undefined for anything else, and for a range whose address is not its first. */
export function parseRange(text: string): AddressRange | undefined {
  const [address = '', length, ...more] = text.split('/');
  const parsed = parseIp(address);
  if (!parsed || more.length > 0) return undefined;
  const { family, value } = parsed;
  const width = widths[family];
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const bits = length === undefined ? width : Number(length);
  if (bits > width || value & ((1n << BigInt(width - bits)) - 1n)) return undefined;
  return { text: `${formatIp(family, value)}/${bits}`, family, start: value, bits };
}

/** `address` may be in any form that `parseAddress` knows. An IPv4-mapped IPv6 address counts as IPv4. */
export function isWithin(address: string, ranges: readonly AddressRange[]): boolean {
  const parsed = parseSpelled(address);
  if (!parsed) return false;
  const { family, value: start } = parsed;
  return isPartOf({ family, start, bits: widths[family] }, ranges);
}

/** Whether one of `ranges` has all addresses of `range`. */
export function isPartOf(
  range: Pick<AddressRange, 'family' | 'start' | 'bits'>,
  ranges: readonly AddressRange[],
): boolean {
  return ranges.some(({ family, start, bits }) => {
    const rest = BigInt(widths[family] - bits);
    return family === range.family && bits <= range.bits && range.start >> rest === start >> rest;
  });
}

/** Whose requests count together: an IPv4 address, or an IPv6 /64. Undefined if it is not an address in any form. */
export function neighbourhoodOf(address: string): string | undefined {
  const parsed = parseSpelled(address);
  if (!parsed) return undefined;
  const { family, value } = parsed;
  return formatIp(family, family === 4 ? value : (value >> 64n) << 64n);
}
