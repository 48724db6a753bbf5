/** The keys that the authorization server publishes (RFC 7517), as they were last read. */
import { type CryptoKey, importJWK, type JWK } from 'jose';

export interface PublishedKey {
  readonly key: CryptoKey;
  /** Identifies the key. */
  readonly point: string;
}

export interface PublishedKeys {
  get(kid: string): CryptoKey | undefined;
  /** True if `found` has an unknown key. A known key keeps its object, so that tokens verified with it stay verified. */
  replace(found: ReadonlyMap<string, PublishedKey>): boolean;
  /** Changes with every read. */
  readonly version: number;
}

const maxKeys = 50;

export function createPublishedKeys(): PublishedKeys {
  let keys: ReadonlyMap<string, PublishedKey> = new Map();
  let version = 0;
  return {
    get: (kid) => keys.get(kid)?.key,
    replace(found) {
      const hasNew = [...found.keys()].some((kid) => !keys.has(kid));
      keys = new Map([...found].map(([kid, one]) => [kid, same(keys.get(kid), one)]));
      version += 1;
      return hasNew;
    },
    get version() {
      return version;
    },
  };
}

function same(known: PublishedKey | undefined, found: PublishedKey): PublishedKey {
  return known?.point === found.point ? known : found;
}

/** The ES256 keys for signatures; others are ignored. Throws if `jwks` is not a key set. */
export async function importKeys(url: string, jwks: unknown): Promise<Map<string, PublishedKey>> {
  if (!Array.isArray(jwks) || jwks.length > maxKeys)
    throw new Error(`${url} has no key set of at most ${maxKeys} keys`);
  const found = new Map<string, PublishedKey>();
  for (const jwk of jwks as JWK[]) {
    const { kid, kty, crv, x, y, use = 'sig', alg = 'ES256' } = jwk;
    if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256' || use !== 'sig' || alg !== 'ES256') continue;
    const key = (await importJWK({ kty, crv, x, y } as JWK, 'ES256')) as CryptoKey;
    found.set(kid, { key, point: `${x}.${y}` });
  }
  return found;
}
