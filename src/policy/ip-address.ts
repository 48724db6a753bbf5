/**
 * IP addresses as text. Proxies write them in several ways, and X-Forwarded-For is text that anybody may have sent, so every
 * address is parsed before it is counted, compared, stored or shown. Without a package, because gateways use it too.
 */

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** No address with brackets, port and zone is longer. */
const maxChars = 100;

/**
 * Returns an address in canonical form (RFC 5952), without the port (Azure sends `203.0.113.78:4711`), brackets, quotes and zone that
 * some proxies add. IPv4-mapped IPv6 addresses become IPv4. Returns undefined for anything else.
 */
export function parseAddress(text: string): string | undefined {
  const parsed = parseSpelled(text);
  return parsed && formatIp(parsed.family, parsed.value);
}

/** As `parseAddress`, as a number. */
export function parseSpelled(text: string): IpAddress | undefined {
  if (text.length > maxChars) return undefined;
  // The most common form.
  const address = parseIp(text);
  if (address) return address;
  const plain = text.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^[\]]*:[^[\]]*)\](?::\d{1,5})?$/.exec(plain)?.[1];
  const alone = bracketed ?? plain.replace(/^([\d.]+):\d{1,5}$/, '$1');
  return parseIp(alone.includes(':') ? alone.replace(/%.*$/, '') : alone);
}

/** Parses an address alone. An IPv4-mapped IPv6 address is IPv4. */
export function parseIp(text: string): IpAddress | undefined {
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
export function formatIp(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const plain = groups.join(':');
  const runs = [...plain.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const [run] = runs;
  if (!run) return plain;
  return `${plain.slice(0, run.index).replace(/:$/, '')}::${plain.slice(run.index + run[0].length).replace(/^:/, '')}`;
}
