/** Whether a token was revoked: by the list while the feed is fresh, by introspection while it is cut off. */
import { TokenError } from './errors.ts';
import { followRevocations } from './follower.ts';
import type { Clocks, Look } from './freshness.ts';
import type { Credentials } from './http.ts';
import { createIntrospection } from './introspection.ts';
import type { RevocationList } from './revocation-list.ts';
import type { SignedToken } from './signature.ts';

/** What the list says about API keys. */
type KeyRevocations = Pick<RevocationList, 'isUnchanged' | 'version'>;

export interface RevocationCheck {
  /** Whether the list can be trusted, and the time: that of the database, because its entries end by it. */
  look(): Look;
  /** Checks a fresh list. @throws TokenError if the token is on it */
  checkList(signed: SignedToken, now: number): void;
  readonly keys: KeyRevocations;
  /** What the server says of a token. @throws TokenError if it is not active, or nothing can be learnt */
  describe(token: string): Promise<Record<string, unknown>>;
  /** Introspects while the list is stale; if that fails, the token is refused. @throws TokenError */
  ask(token: string): Promise<void>;
  readonly state: 'following' | 'cut off' | 'off';
  readonly entries: number;
  /** Resolves when the list is known; rejects if the feed refuses the credentials before that. */
  readonly synced: Promise<void> | undefined;
  close(): Promise<void>;
}

export interface RevocationCheckOptions {
  readonly urls: { readonly revocations: string; readonly introspection: string };
  readonly fetch: typeof fetch;
  readonly onProblem: (error: Error) => void;
  /** Called when the server continues with another list. */
  readonly onOtherFeed: () => void;
  readonly clocks?: Clocks | undefined;
  /** DANGEROUS: accepts every token while neither feed nor introspection answers. */
  readonly acceptWhileCutOff: boolean;
}

export function checkRevocations(credentials: Credentials, options: RevocationCheckOptions): RevocationCheck {
  const { urls, fetch, onProblem, onOtherFeed, clocks, acceptWhileCutOff } = options;
  const follower = followRevocations({
    url: urls.revocations,
    credentials,
    fetch,
    onProblem,
    onOtherFeed,
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
    get keys() {
      return follower.list;
    },
    async describe(token) {
      const answer = await introspect(token).catch((cause: Error) => {
        onProblem(cause);
        throw unknownProjects(cause);
      });
      if (!answer) throw revoked();
      return answer;
    },
    async ask(token) {
      const active: unknown = await introspect(token).catch((cause: Error) => {
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

/** Without credentials revocations are unknown: every token is valid until it expires. */
export const noRevocations: RevocationCheck = {
  look: () => ({ fresh: false, now: Date.now() }),
  checkList() {},
  keys: { isUnchanged: () => false, version: 0 },
  async describe() {
    throw unknownProjects();
  },
  async ask() {},
  state: 'off',
  entries: 0,
  synced: undefined,
  async close() {},
};

function revoked(): TokenError {
  return new TokenError('invalid_token', 'The access token was revoked');
}

function unknownProjects(cause?: Error): TokenError {
  const description = 'The projects of the access token cannot be determined now';
  return new TokenError('temporarily_unavailable', description, { cause });
}

function unknown(cause: Error): TokenError {
  const description = 'It cannot be determined now whether the access token was revoked';
  return new TokenError('temporarily_unavailable', description, { cause });
}
