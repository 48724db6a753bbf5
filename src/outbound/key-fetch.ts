/**
 * Fetches a client's `jwks_uri` for the engine, over https and from public addresses only. It has the interface of `fetch`.
 * Answers are kept by address for a moment, so an assertion with an unknown key does not cause a request of its own, and
 * for longer while the address fails.
 */
import { LRUCache } from 'lru-cache';
import { isPublicAddress } from '../policy/public-addresses.ts';
import { fetchResponse } from './fetch-response.ts';
import type { Outbound, OutboundAnswer } from './request.ts';

/** The engine aborts after 2.5 s and refuses key sets above 64 KB. */
const bounds = { timeoutMs: 2_500, maxBytes: 64 * 1024 + 1 };
/** An address is asked at most so often. */
const pauseMs = 10_000;
/** How long keys are used that can't be read again. */
const staleMs = 60 * 60_000;

interface Kept {
  /** The last answer with status 200. */
  good?: { readonly answer: OutboundAnswer; readonly at: number };
  /** What the last request came to, and when. */
  last?: { readonly at: number; readonly answer?: OutboundAnswer; readonly error?: unknown };
  asking?: Promise<void>;
}

export function keyFetch(outbound: Outbound): (url: string | URL | Request, init?: RequestInit) => Promise<Response> {
  // The bodies are 64 KB at most each.
  const known = new LRUCache<string, Kept>({ max: 500 });

  async function ask(kept: Kept, url: string, headers: Record<string, string>): Promise<void> {
    try {
      const answer = await outbound({ url, method: 'GET', headers, ...bounds, allows: isPublicAddress });
      kept.last = { at: Date.now(), answer };
      if (answer.status === 200) kept.good = { answer, at: Date.now() };
    } catch (error) {
      kept.last = { at: Date.now(), error };
    } finally {
      delete kept.asking;
    }
  }

  return async (address, init = {}) => {
    const url = String(address);
    const kept = known.get(url) ?? {};
    known.set(url, kept);
    if (!kept.last || Date.now() >= kept.last.at + pauseMs) {
      kept.asking ??= ask(kept, url, Object.fromEntries(new Headers(init.headers)));
      await kept.asking;
    }
    const { last, good } = kept;
    // A redirect is refused like any other status that is not 200.
    if (last?.answer?.status === 200) return fetchResponse(last.answer);
    if (good && Date.now() < good.at + staleMs) return fetchResponse(good.answer);
    if (last?.answer) return fetchResponse(last.answer);
    throw last?.error;
  };
}
