/**
 * The public keys of issuers whose workloads are trusted, found by OpenID Connect Discovery: https only, at public addresses,
 * without redirects, bounded in size and time. Callers share one read, so a token with an unknown key does not cause a
 * request of its own, and an issuer that hangs holds up only a few callers, all of them its own.
 */
import { LRUCache } from 'lru-cache';
import { isPublicAddress } from '../policy/public-addresses.ts';
import { checkHttpsAddress } from '../policy/web-addresses.ts';
import type { Outbound, OutboundAnswer } from './request.ts';

/** The issuer can't be reached, or what it says can't be used. The message says which. */
export class IssuerUnavailable extends Error {}

/** A public key as it is published. */
type PublishedKey = Readonly<Record<string, unknown>> & { readonly kty: string };

export interface IssuerKeys {
  /** @throws IssuerUnavailable */
  of(issuer: string): Promise<readonly PublishedKey[]>;
  /** Reads them again, for a signature that none of them fits; undefined if they were read a moment ago. */
  again(issuer: string): Promise<readonly PublishedKey[] | undefined>;
}

const request = { timeoutMs: 2_500, maxBytes: 256 * 1024 };
const minute = 60_000;
/** How long keys are fresh: as the issuer says, within these bounds. */
const fresh = { minMs: 5 * minute, maxMs: 24 * 60 * minute, defaultMs: 60 * minute };
/** How long keys are used that can't be read again. */
const staleMs = 24 * 60 * minute;
/** The pause after a read, whether it failed or did not bring the key that is asked for. */
const pauseMs = 30_000;
const maxKeys = 100;
/** Callers that wait for one issuer. */
const maxWaiting = 20;

interface Known {
  keys?: readonly PublishedKey[];
  readAt: number;
  triedAt: number;
  freshUntil: number;
  failure?: IssuerUnavailable;
  reading?: Promise<void>;
  waiting: number;
}

export function createIssuerKeys(outbound: Outbound): IssuerKeys {
  const issuers = new LRUCache<string, Known>({ max: 500 });

  function knownOf(issuer: string): Known {
    const known = issuers.get(issuer) ?? { readAt: 0, triedAt: 0, freshUntil: 0, waiting: 0 };
    if (!issuers.has(issuer)) issuers.set(issuer, known);
    return known;
  }

  async function read(issuer: string, known: Known): Promise<void> {
    if (known.waiting >= maxWaiting) throw new IssuerUnavailable(`${known.waiting} requests wait for its keys`);
    known.waiting += 1;
    known.reading ??= readInto(known, () => discover(outbound, issuer));
    try {
      await known.reading;
    } finally {
      known.waiting -= 1;
    }
  }

  return {
    async of(issuer) {
      const known = knownOf(issuer);
      const now = Date.now();
      if (known.keys && now < known.freshUntil) return known.keys;
      // Many jobs may begin at one moment: those beyond the limit use the previous keys.
      const isFull = known.keys !== undefined && known.waiting >= maxWaiting;
      if (!isFull && (known.reading || now >= known.triedAt + pauseMs)) await read(issuer, known);
      if (known.keys && Date.now() < known.readAt + staleMs) return known.keys;
      throw known.failure ?? new IssuerUnavailable('its keys were not read');
    },
    async again(issuer) {
      const known = knownOf(issuer);
      if (!known.reading && Date.now() < known.triedAt + pauseMs) return undefined;
      const before = known.readAt;
      await read(issuer, known);
      return known.readAt > before ? known.keys : undefined;
    },
  };
}

/** Never rejects: what failed is kept, and so are the previous keys. */
async function readInto(known: Known, load: () => Promise<{ keys: readonly PublishedKey[]; freshMs: number }>) {
  known.triedAt = Date.now();
  try {
    const { keys, freshMs } = await load();
    known.readAt = Date.now();
    known.keys = keys;
    known.freshUntil = known.readAt + freshMs;
    delete known.failure;
  } catch (error) {
    known.failure =
      error instanceof IssuerUnavailable ? error : new IssuerUnavailable((error as Error).message, { cause: error });
  } finally {
    known.triedAt = Date.now();
    delete known.reading;
  }
}

async function discover(outbound: Outbound, issuer: string) {
  const metadata = await readJson(outbound, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: address } = metadata.document as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new IssuerUnavailable('its metadata has another issuer');
  if (typeof address !== 'string' || checkHttpsAddress(address))
    throw new IssuerUnavailable('its metadata has no jwks_uri');
  const { document, answer } = await readJson(outbound, address);
  const { keys } = document as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length > maxKeys) throw new IssuerUnavailable('its key set can’t be used');
  return { keys: keys.filter(isPublicKey), freshMs: freshMsOf(answer) };
}

async function readJson(outbound: Outbound, url: string): Promise<{ document: object; answer: OutboundAnswer }> {
  const headers = { accept: 'application/json' };
  const answer = await outbound({ url, method: 'GET', headers, ...request, allows: isPublicAddress });
  const { host } = new URL(url);
  // Redirects are not followed, so they are refused like any other status.
  if (answer.status !== 200) throw new IssuerUnavailable(`${host} answered ${answer.status}`);
  if (answer.cut) throw new IssuerUnavailable(`${host} answered with more than ${request.maxBytes / 1024} KB`);
  try {
    const document: unknown = JSON.parse(answer.body.toString());
    if (typeof document === 'object' && document !== null) return { document, answer };
  } catch {
    // Told below.
  }
  throw new IssuerUnavailable(`${host} did not answer with a JSON object`);
}

function isPublicKey(key: unknown): key is PublishedKey {
  const { kty } = (key ?? {}) as { kty?: unknown };
  return kty === 'RSA' || kty === 'EC' || kty === 'OKP';
}

function freshMsOf({ headers }: OutboundAnswer): number {
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(headers['cache-control'] ?? '')?.[1];
  if (maxAge === undefined) return fresh.defaultMs;
  return Math.min(Math.max(Number(maxAge) * 1000, fresh.minMs), fresh.maxMs);
}
