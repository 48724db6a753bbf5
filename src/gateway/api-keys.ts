/**
 * Checks API keys. The server is asked once about a key; from then on its answer is kept, by the hash of the key, until the
 * revocation feed names the key. While the feed is cut off, each call asks.
 */
import * as crypto from 'node:crypto';
import { isWithin } from '../policy/address-ranges.ts';
import { hasFormOfApiKey } from '../policy/api-keys.ts';
import { TokenError } from './errors.ts';
import type { Credentials } from './http.ts';
import type { ApiKeyClaims, KnownKey } from './key-claims.ts';
import { createKeyIntrospection } from './key-introspection.ts';
import { reportKeyUses } from './key-uses.ts';
import { createKnownKeys, type KnownKeysOptions } from './known-keys.ts';
import { requireProjects } from './projects.ts';
import { isFor, requireScopes, requireSignIn } from './request-check.ts';
import { otherResource } from './signature.ts';
import type { VerifyOptions } from './verifier-options.ts';

export interface ApiKeys {
  /** Asks about a key that `recall` does not remember. @throws TokenError */
  verify(key: string, request: VerifyOptions | undefined): Promise<ApiKeyClaims>;
  /** The same at once, for a remembered key while the feed is fresh. @throws TokenError */
  recall(key: string, request: VerifyOptions | undefined): ApiKeyClaims | undefined;
  readonly size: number;
  close(): Promise<void>;
}

export interface ApiKeyOptions extends Omit<KnownKeysOptions, 'server'> {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
  readonly audience: string;
  readonly toleranceSeconds: number;
}

export function createApiKeys(options: ApiKeyOptions): ApiKeys {
  const { revocations, audience, toleranceSeconds, onProblem } = options;
  const server = createKeyIntrospection(options);
  const uses = reportKeyUses(server, onProblem);
  const known = createKnownKeys({ ...options, server });

  function accepted(key: KnownKey, request: VerifyOptions | undefined, now: number): ApiKeyClaims {
    if (now >= key.expiresAt) throw new TokenError('invalid_token', 'The API key has expired');
    checkPlace(key, request, audience);
    if (request?.scope) requireScopes(key, request.scope, 'API key');
    requireProjects(key.claims, request);
    requireSignIn(key, request, { now, toleranceSeconds });
    uses.note(key, now, request?.address);
    return key.claims;
  }

  return {
    async verify(text, request) {
      if (!hasFormOfApiKey(text)) throw new TokenError('invalid_token', 'This is not an API key');
      const key = await known.learn(hashOf(text), request?.address);
      return accepted(key, request, revocations.look().now);
    },
    recall(text, request) {
      if (text.length > maxChars) return undefined;
      const look = revocations.look();
      const remembered = known.find(hashOf(text), look);
      return remembered && accepted(remembered, request, look.now);
    },
    get size() {
      return known.size;
    },
    close: uses.close,
  };
}

/** No key is longer. */
const maxChars = 100;

/** Where a key may be used, and from where. @throws TokenError */
function checkPlace({ claims, ranges }: KnownKey, request: VerifyOptions | undefined, audience: string): void {
  if (!isFor(claims.aud, request?.audience ?? audience)) throw new TokenError('invalid_token', otherResource);
  if (request?.dpop) throw new TokenError('invalid_token', 'An API key is presented by Bearer');
  if (ranges && !(request?.address !== undefined && isWithin(request.address, ranges))) {
    throw new TokenError('invalid_token', 'The API key may not be used from this address');
  }
}

/** In memory there is no key, so that a dump of it opens nothing. The quick function is missing in older releases of Node. */
function hashOf(key: string): string {
  if (crypto.hash) return crypto.hash('sha256', key, 'base64url');
  return crypto.createHash('sha256').update(key).digest('base64url');
}
