/**
 * What one HTTP request knows, whoever asks: engine or host. The cache is what was read, so that later questions cost no
 * statement. The outcome is what was decided, for the rest of the request, the log, the failure record and the audit.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Next } from 'koa';
import type { Position, RefreshAnswer } from '../policy/refresh.ts';
import type { AccountFacts } from '../store/account-facts.ts';
import type { Consent } from '../store/consents.ts';
import type { Family, GrantOwner } from '../store/grants.ts';
import type { ParsedRefreshToken } from './refresh-token.ts';

/** What was read of the request and of the database. */
interface RequestCache {
  /** The browser that asks, by the hash of its secret. Without one it has no interaction. */
  browser?: string | undefined;
  /** Whom the rows that this request leaves count against, where nobody is signed in. */
  caller?: string;
  /** The authorization request that the browser holds, sealed, as it came. */
  heldRequest?: string | undefined;
  readonly grants: Map<string, GrantOwner>;
  readonly accounts: Map<string, AccountFacts>;
  /** Uids of sessions that were read: saving one of these again must never bring it back. */
  readonly sessions: Set<string>;
  /** Ids of interactions that were read, for the same reason. */
  readonly interactions: Set<string>;
  /** Sessions by uid and interactions by id, as read: host pages and the engine ask for the same one in turn. */
  readonly payloads: Map<string, object>;
  /** What is remembered of the person and the app that this request is about. */
  consent?: Consent | undefined;
  /** That app is at its user limit, and this account is not a user yet. */
  full?: boolean;
}

/** What was decided. */
interface RequestOutcome {
  /** One that it shall hold from now on. */
  toHold?: { readonly id: string; readonly sealed: string; readonly seconds: number };
  /** The interaction that this request has taken to resume it, and whether the engine has ended it. */
  resumed?: { readonly id: string; over: boolean };
  /** The presented refresh token. */
  refresh?: PresentedRefresh;
  /** A fork: its predecessor came back, and replaced a refresh token that was never used. */
  refreshTokenForked?: true;
  /** A client that was named and exists, but is stopped: to the engine it is none. */
  stoppedClient?: string;
  /** The grant of this request was made without asking: the app is first-party. */
  unasked?: true;
  /** The client has authenticated: by a secret or an assertion that was right. */
  clientProved?: true;
  /** Id of the secret that the client has proved itself with. */
  secretUsed?: string;
  /** What the presented code or refresh token was granted, before the client's ceiling. */
  grantedScope?: string;
  /** Why the exchange is refused although all else is right; nothing is spent. */
  refusal?: Error;
  /** A spent refresh token was presented: its family has just ended. */
  refreshTokenReused?: true;
  /** Takes back each mark that this request has set on what works once. */
  readonly spent: (() => Promise<unknown>)[];
  /** The mark of the DPoP proof that this request came with: the engine asks for it a second time. */
  ownProof?: string;
  /** A sign-in that this request completes, and the moment its password was verified (epoch seconds, with fraction). */
  signIn?: { accountId: string; verifiedAt: number };
}

/** A genuine refresh token, its family, and what it leads to. */
export interface PresentedRefresh {
  readonly family: Family;
  readonly token: ParsedRefreshToken;
  readonly leewaySeconds: number;
  readonly kind: RefreshAnswer['kind'];
  /** The position of the refresh token in the answer, once it is decided. */
  issued?: Position;
}

export interface RequestContext {
  readonly cache: RequestCache;
  readonly outcome: RequestOutcome;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Koa middleware: opens the context of this request. */
export function withRequestContext(_ctx: Context, next: Next): Promise<void> {
  return storage.run(newContext(), next);
}

/** The context of the current request; outside of one, an empty one that nobody shares. */
export function requestContext(): RequestContext {
  return storage.getStore() ?? newContext();
}

/** Keeps a grant with its account for the rest of the request. */
export function cacheGrant(owner: GrantOwner): void {
  const { grants, accounts } = requestContext().cache;
  grants.set(owner.grant_id, owner);
  accounts.set(owner.account_id, owner.account);
}

function newContext(): RequestContext {
  return {
    cache: {
      grants: new Map(),
      accounts: new Map(),
      sessions: new Set(),
      interactions: new Set(),
      payloads: new Map(),
    },
    outcome: { spent: [] },
  };
}
