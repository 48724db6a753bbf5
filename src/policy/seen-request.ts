/**
 * How `vcauth doctor --url` asks the server what it sees of a request that came through the proxies in front of it, and what the
 * answer means. Only a caller that has SECRETS is told.
 */
import { parseAddress } from './ip-address.ts';

/** The header of the question: `<epoch seconds>.<MAC in base64url>`. */
export const questionHeader = 'x-vcauth-doctor';
/** The purpose of the MAC. */
export const questionPurpose = 'doctor';
/** What the MAC authenticates. */
export const questionText = (issuer: string, atSeconds: number): string =>
  `what do you see, ${issuer}, at ${atSeconds}?`;

/** Clocks may differ by so much, which is a finding of its own. */
const maxAgeSeconds = 600;

/** The moment and the MAC of a question; undefined if it is malformed or too old. `nowSeconds` is in epoch seconds. */
export function parseQuestion(header: string, nowSeconds: number): { atSeconds: number; mac: Buffer } | undefined {
  const [, at, mac] = /^(\d{1,12})\.([\w-]{43})$/.exec(header) ?? [];
  if (at === undefined || mac === undefined || Math.abs(nowSeconds - Number(at)) > maxAgeSeconds) return undefined;
  return { atSeconds: Number(at), mac: Buffer.from(mac, 'base64url') };
}

/** A request as it arrived at the server, and what the server makes of it. */
export interface SeenRequest {
  readonly trust_proxy: boolean;
  /** The address of the caller, for limits and the audit log. */
  readonly address: string;
  /** The other end of the connection: the proxy, if there is one. */
  readonly peer: string;
  readonly host: string;
  /** As they arrived; null if they did not. Repeated headers are joined. */
  readonly forwarded_for: string | null;
  readonly forwarded_host: string | null;
  readonly forwarded_proto: string | null;
}

/** What the doctor claims as its address: nobody has it (RFC 5737). */
export const claimedAddress = '203.0.113.77';

export type ProxyVerdict =
  | { readonly state: 'ok'; readonly as: 'direct' | 'proxied' }
  | { readonly state: 'warning'; readonly as: 'inner_address' | 'other_host' | 'plain_proto' }
  | { readonly state: 'problem'; readonly as: 'believes_claims' | 'ignores_proxy' | 'no_proxy' };

/** Judges what the server saw of a request that claimed to come from `claimedAddress`, sent to `issuer`. */
export function judgeSeen(seen: SeenRequest, issuer: string): ProxyVerdict[] {
  const entries = (seen.forwarded_for ?? '').split(',').map((entry) => entry.trim());
  const untouched = entries.length === 1 && entries[0] === claimedAddress;
  const verdicts = [addressVerdict(seen, untouched)];
  const { host, protocol, hostname } = new URL(issuer);
  const asked = (seen.trust_proxy && seen.forwarded_host) || seen.host;
  if (asked !== host && hostnameOf(asked) !== hostname) verdicts.push({ state: 'warning', as: 'other_host' });
  const proto = seen.forwarded_proto?.split(',').at(-1)?.trim();
  if (proto !== undefined && `${proto}:` !== protocol) verdicts.push({ state: 'warning', as: 'plain_proto' });
  return verdicts;
}

function addressVerdict(
  { trust_proxy: trusts, address, forwarded_for: sent }: SeenRequest,
  untouched: boolean,
): ProxyVerdict {
  if (!trusts) {
    // A proxy adds to the header, replaces it, or removes it.
    return untouched ? { state: 'ok', as: 'direct' } : { state: 'problem', as: 'ignores_proxy' };
  }
  if (address === claimedAddress) return { state: 'problem', as: untouched ? 'no_proxy' : 'believes_claims' };
  if (sent === null) return { state: 'problem', as: 'no_proxy' };
  return isPrivate(address) ? { state: 'warning', as: 'inner_address' } : { state: 'ok', as: 'proxied' };
}

/** Addresses of an own network, which people rarely come from. */
function isPrivate(address: string): boolean {
  const plain = parseAddress(address) ?? '';
  return /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd])/i.test(plain);
}

function hostnameOf(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname;
}
