/** Ranges of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3). Without a package, because gateways use it too. */

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

/** `address` may be an IPv4-mapped IPv6 address; it counts as IPv4. */
export function isWithin(address: string, ranges: readonly AddressRange[]): boolean {
  const parsed = parseIp(address);
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

/** Whose requests count together: an IPv4 address, or an IPv6 /64. Undefined if it is not an address. */
export function neighbourhoodOf(address: string): string | undefined {
  const parsed = parseIp(address);
  if (!parsed) return undefined;
  return parsed.family === 4 ? address : formatIp(6, (parsed.value >> 64n) << 64n);
}

function parseIp(text: string): { family: 4 | 6; value: bigint } | undefined {
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === undefined ? undefined : { family: 4, value };
  }
  const value = parseIpv6(text);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

/** RFC 4291 §2.2: `::` once for zeros, and IPv4 in the last 32 bits. */
function parseIpv6(text: string): bigint | undefined {
  const last = text.slice(text.lastIndexOf(':') + 1);
  const ipv4 = last.includes('.') ? parseIpv4(last) : undefined;
  if (last.includes('.') && ipv4 === undefined) return undefined;
  const plain =
    ipv4 === undefined
      ? text
      : `${text.slice(0, -last.length)}${(ipv4 >> 16n).toString(16)}:${(ipv4 & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** RFC 5952 §4: lower case, and the longest run of zeros as `::`. */
function formatIp(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const plain = groups.join(':');
  const runs = [...plain.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const [run] = runs;
  if (!run) return plain;
  return `${plain.slice(0, run.index).replace(/:$/, '')}::${plain.slice(run.index + run[0].length).replace(/^:/, '')}`;
}
