/**
 * Requests to a provider that the operator has configured. Its own host may be anywhere, since the operator wrote it; hosts that
 * only its metadata names must be public. Few requests run at a time, so a slow provider does not hold up anybody else.
 */
import { isPublicAddress } from '../policy/public-addresses.ts';
import { fetchResponse } from './fetch-response.ts';
import type { Outbound } from './request.ts';
import { UpstreamError } from './upstream-error.ts';

const timeoutMs = 5_000;
const maxBytes = 256 * 1024;
/**
 * At a time and process, of all providers: fewer than the pages that the smallest pool admits. Each provider has a share of its
 * own, so that slow ones leave the others theirs.
 */
const maxRunning = { each: 8, all: 12, least: 2 };

/** Has the interface of `fetch`. */
export type UpstreamFetch = (
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal | undefined },
) => Promise<Response>;

/** Runs `work`, or throws at once if too much is running. */
type UpstreamTurns = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Shared by this number of providers. */
export function createUpstreamTurns(providers: number): UpstreamTurns {
  const { each, all, least } = maxRunning;
  const share = Math.max(least, Math.min(each, Math.floor(all / providers)));
  const running = new Map<string, number>();
  return async (name, work) => {
    const own = running.get(name) ?? 0;
    if (own >= share) throw new UpstreamError('down', `${own} requests to this provider are running`);
    running.set(name, own + 1);
    try {
      return await work();
    } finally {
      running.set(name, (running.get(name) ?? 1) - 1);
    }
  };
}

export function upstreamFetch(
  outbound: Outbound,
  turns: UpstreamTurns,
  { name, issuer }: { name: string; issuer: string },
): UpstreamFetch {
  const home = new URL(issuer);
  return async (address, { method = 'GET', headers = {}, body, signal }) => {
    const url = new URL(address);
    if (url.protocol !== 'https:' && url.origin !== home.origin) {
      throw new UpstreamError('refused', `${url.origin} is not https`);
    }
    const ask = () =>
      outbound({
        url: url.href,
        method: method === 'POST' ? 'POST' : 'GET',
        headers,
        ...(body !== undefined && body !== null && { body: String(body) }),
        timeoutMs,
        maxBytes,
        allows: url.hostname === home.hostname ? () => true : isPublicAddress,
        signal,
      });
    const answer = await turns(name, () =>
      ask().catch((error: Error) => {
        throw new UpstreamError('down', `${url.origin}: ${error.message}`, error);
      }),
    );
    if (answer.cut) throw new UpstreamError('refused', `${url.origin} answered with more than ${maxBytes / 1024} KB`);
    if (answer.status >= 500) throw new UpstreamError('down', `${url.origin} answered ${answer.status}`);
    return fetchResponse(answer);
  };
}
