/** Whether a token was revoked: by the list while the feed is fresh, by introspection while it is cut off. */
import { TokenError } from './errors.ts';
import { followRevocations } from './follower.ts';
import type { Clocks, Look } from './freshness.ts';
import type { Credentials } from './http.ts';
import { createIntrospection } from './introspection.ts';
import type { SignedToken } from './signature.ts';

export interface RevocationCheck {
  /** Whether the list may be believed, and what time it is: the database's clock counts, since its entries end by that. */
  look(): Look;
  /** For a fresh list. @throws TokenError when the token is on it */
  checkList(signed: SignedToken, now: number): void;
  /** For a list that is cut off: the server itself says, or nobody does. @throws TokenError */
  ask(token: string): Promise<void>;
  readonly state: 'following' | 'cut off' | 'off';
  readonly entries: number;
  /** Resolves when the list is known; fails when the feed refuses the credentials before that. */
  readonly synced: Promise<void> | undefined;
  close(): Promise<void>;
}

export interface RevocationCheckOptions {
  readonly urls: { readonly revocations: string; readonly introspection: string };
  readonly fetch: typeof fetch;
  readonly onProblem: (error: Error) => void;
  readonly clocks?: Clocks | undefined;
  /** DANGEROUS: accepts every token while neither feed nor introspection answers. */
  readonly acceptWhileCutOff: boolean;
}

export function checkRevocations(credentials: Credentials, options: RevocationCheckOptions): RevocationCheck {
  const { urls, fetch, onProblem, clocks, acceptWhileCutOff } = options;
  const follower = followRevocations({
    url: urls.revocations,
    credentials,
    fetch,
    onProblem,
    ...(clocks && { clocks }),
  });
  const introspect = createIntrospection({ url: urls.introspection, credentials, fetch });

  return {
    look: follower.look,
    checkList(signed, now) {
      if (signed.listVersion === follower.list.version) return;
      if (follower.list.revokes(signed.claims, now)) throw revoked();
      signed.listVersion = follower.list.version;
    },
    async ask(token) {
      const active = await introspect(token).catch((cause: Error) => {
        onProblem(cause);
        if (acceptWhileCutOff) return true;
        throw unknown(cause);
      });
      if (!active) throw revoked();
    },
    get state() {
      return follower.look().fresh ? 'following' : 'cut off';
    },
    get entries() {
      return follower.list.size;
    },
    get synced() {
      return follower.look().fresh ? undefined : follower.synced;
    },
    close: follower.close,
  };
}

/** Without credentials nobody can say: every token stands until it expires. */
export const noRevocations: RevocationCheck = {
  look: () => ({ fresh: false, now: Date.now() }),
  checkList() {},
  async ask() {},
  state: 'off',
  entries: 0,
  synced: undefined,
  async close() {},
};

function revoked(): TokenError {
  return new TokenError('invalid_token', 'The access token was revoked');
}

function unknown(cause: Error): TokenError {
  const description = 'Whether the access token was revoked cannot be known now';
  return new TokenError('temporarily_unavailable', description, { cause });
}
