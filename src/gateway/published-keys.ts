/** The keys that the authorization server publishes (RFC 7517), as they were last read. */
import { type CryptoKey, importJWK, type JWK } from 'jose';

export interface PublishedKey {
  readonly key: CryptoKey;
  /** What the key is, to know it again. */
  readonly point: string;
}

export interface PublishedKeys {
  get(kid: string): CryptoKey | undefined;
  /** True when a key is among `found` that was not known. One that stays is the same object: what it verified stands. */
  replace(found: ReadonlyMap<string, PublishedKey>): boolean;
  /** Changes with every reading. */
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

/** ES256 keys for signatures; others are none of ours. Throws for what is no key set. */
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
