/**
 * What the server said of API keys, by their hashes. An answer is kept until the revocation feed names its key, and for an hour at
 * most. It must not be older than what the feed said: an answer that a change has overtaken is asked for again.
 */
import { TokenError } from './errors.ts';
import type { Look } from './freshness.ts';
import { type KnownKey, readKeyAnswer } from './key-claims.ts';
import type { KeyIntrospection } from './key-introspection.ts';
import type { RevocationCheck } from './revocation-check.ts';
import { arrivalsUntilNow } from './revocation-list.ts';
import { createTokenCache } from './token-cache.ts';
import { createUnknownKeys } from './unknown-keys.ts';

export interface KnownKeys {
  /** The key, if its answer is known and still right. Undefined while the feed is cut off. */
  find(hash: string, look: Look): KnownKey | undefined;
  /** Asks the server, for a caller at this address. @throws TokenError */
  learn(hash: string, address: string | undefined): Promise<KnownKey>;
  readonly size: number;
}

export interface KnownKeysOptions {
  readonly server: Pick<KeyIntrospection, 'ask'>;
  readonly revocations: Pick<RevocationCheck, 'look' | 'keys'>;
  readonly issuer: string;
  readonly maxKeys: number;
  readonly onProblem: (error: Error) => void;
  /** DANGEROUS: remembered keys are accepted while neither feed nor introspection answers. */
  readonly acceptWhileCutOff: boolean;
}

/** An answer that changes overtake this often is used for its call and not kept. */
const maxQuestions = 3;

export function createKnownKeys(options: KnownKeysOptions): KnownKeys {
  const { server, revocations, issuer, maxKeys, onProblem, acceptWhileCutOff } = options;
  const known = createTokenCache<KnownKey>(maxKeys);
  const unknown = createUnknownKeys();

  function isCurrent(key: KnownKey, now: number): boolean {
    const { keys } = revocations;
    if (now >= key.askAgainAt) return false;
    if (key.listVersion === keys.version) return true;
    if (!keys.isUnchanged(key.claims.key_id, key.since)) return false;
    key.listVersion = keys.version;
    return true;
  }

  async function ask(hash: string, address: string | undefined, now: number): Promise<KnownKey> {
    if (unknown.has(hash, now)) throw refused();
    if (!unknown.mayAsk(address, now)) throw tooMany();
    const since = arrivalsUntilNow();
    let isUnknown = false;
    try {
      const key = readKeyAnswer(await server.ask(hash), { since, now });
      if (key?.claims.iss === issuer) {
        known.set(hash, key);
        return key;
      }
      isUnknown = true;
    } finally {
      if (!isUnknown) unknown.giveBack(address);
    }
    unknown.add(hash, now);
    known.delete(hash);
    throw refused();
  }

  function fallBack(hash: string, cause: Error): KnownKey {
    if (cause instanceof TokenError) throw cause;
    onProblem(cause);
    const remembered = acceptWhileCutOff ? known.get(hash) : undefined;
    if (!remembered) throw unavailable(cause);
    return remembered;
  }

  return {
    find(hash, { fresh, now }) {
      const key = fresh ? known.get(hash) : undefined;
      return key && isCurrent(key, now) ? key : undefined;
    },
    async learn(hash, address) {
      for (let question = 1; ; question += 1) {
        const { now } = revocations.look();
        const key = await ask(hash, address, now).catch((cause: Error) => fallBack(hash, cause));
        if (question === maxQuestions || !revocations.look().fresh || isCurrent(key, now)) return key;
      }
    },
    get size() {
      return known.size;
    },
  };
}

function unavailable(cause: Error): TokenError {
  const description = 'It cannot be determined now whether the API key is valid';
  return new TokenError('temporarily_unavailable', description, { cause });
}

function tooMany(): TokenError {
  return new TokenError('too_many_requests', 'Too many unknown API keys came from this address');
}

function refused(): TokenError {
  return new TokenError('invalid_token', 'The API key is unknown, or was revoked');
}
