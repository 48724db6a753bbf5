/**
 * Facts about one HTTP request that the engine and the host share. The cache has what was read, so that asking again
 * needs no statement. The outcome has what was decided; the rest of the request, the log, the failure record and the
 * audit log use it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Next } from 'koa';
import type { AdapterPayload } from 'oidc-provider';
import type { ParsedRefreshToken } from '../operations/refresh-token.ts';
import type { HandedOn } from '../policy/exchanges.ts';
import type { ProjectDetails } from '../policy/project-details.ts';
import type { Position, RefreshAnswer } from '../policy/refresh.ts';
import { keptUserAgent } from '../policy/user-agents.ts';
import type { AccountFacts } from '../store/account-facts.ts';
import type { Consent } from '../store/consents.ts';
import type { Family, GrantOwner } from '../store/grants.ts';
import type { InteractionWrite, OwnedInteraction, StoredInteraction } from '../store/interactions.ts';
import type { SessionSave } from '../store/sessions.ts';

/** Facts read from the request and the database. */
interface RequestCache {
  /** The hash of the browser's secret. A browser without a secret has no interaction. */
  browser?: string | undefined;
  /** The device or network that the rows of this request are counted against if nobody is signed in. */
  caller?: string;
  /** The sealed authorization request that the browser holds, unopened. */
  heldRequest?: string | undefined;
  readonly grants: Map<string, GrantOwner>;
  readonly accounts: Map<string, AccountFacts>;
  /** Uids of sessions that were read. Saving one of them must never restore a session that was deleted meanwhile. */
  readonly sessions: Set<string>;
  /** Ids of interactions that were read. The same applies to them. */
  readonly interactions: Set<string>;
  /** Sessions by uid and interactions by id, as JSON: the host's pages and the engine ask for the same ones in turn. */
  readonly payloads: Map<string, string>;
  /** The interaction that was read together with the session; `stored` is undefined if nothing was found. */
  readAhead?: { readonly id: string; readonly stored: StoredInteraction | undefined };
  /** The current revision of the client that asks, read together with its interaction. */
  clientRevision?: string;
  /** The remembered consent of this person to this app. */
  consent?: Consent | undefined;
  /** Whether the app was at its user limit and this account was not one of its users. */
  full?: boolean;
}

/** Facts decided during the request. */
interface RequestOutcome {
  /** An authorization request that the browser is to hold from now on. */
  toHold?: { readonly id: string; readonly sealed: string; readonly ttlSeconds: number };
  /** The interaction that this request resumes. */
  resumed?: ResumedInteraction;
  /** Set where one statement of the host writes what the engine saves: the adapters put it here and write nothing. */
  heldBack?: { interaction?: HeldBackInteraction; session?: SessionSave };
  /** The session as the statement that stored the code has saved it: its content as text, without its times. */
  savedWithCode?: { readonly id: string; readonly content: string };
  /** The presented refresh token. */
  refresh?: PresentedRefresh;
  /** The device authorization that this browser has just confirmed, as the engine reads it. */
  confirmedDevice?: AdapterPayload;
  /** Set if this request replaced a refresh token that was never used, because its predecessor came back. */
  refreshTokenForked?: true;
  /** The id of a client that exists but is stopped. The engine is told that it is unknown. */
  stoppedClient?: string;
  /** The same id, if a rule for third-party apps, or the default, blocks the client. */
  blockedClient?: string;
  /** The id of a client whose document can’t be used, so that its request was refused. */
  refusedDocument?: string;
  /** The id in a request that manages the registration of a client. There need not be such a client. */
  managedClient?: string;
  /** When the authorization of this request ends, as the person chose; null or undefined if it has no end. */
  endsAt?: Date | null | undefined;
  /** The projects to which the consent behind the grant of this request is limited; undefined if it is not. */
  consentDetails?: ProjectDetails | undefined;
  /** Set if the grant of this request was made without asking the person, because the app is first-party. */
  unasked?: true;
  /** Set if the client has authenticated with a valid secret or assertion. */
  clientAuthenticated?: true;
  /** The id of the secret with which the client has authenticated. */
  secretUsed?: string;
  /** The scope that the presented code or refresh token was granted, before the client's ceiling is applied. */
  grantedScope?: string;
  /** The claims that a token gets by token exchange (RFC 8693), beside those that every token has. */
  exchanged?: Record<string, unknown>;
  /** The exchange that issued a token for a person who was not there. */
  handedOn?: HandedOn;
  /** The reason to refuse an exchange that is valid otherwise. Nothing is spent. */
  refusal?: Error;
  /** Set if a spent refresh token was presented and its family has just ended. */
  refreshTokenReused?: true;
  /** The hash of a valid code that is used up when its refresh token is stored. */
  codeToSpend?: Buffer;
  /** The hash of the pushed request that is used up when its code is stored. */
  requestToSpend?: Buffer;
  /** Each takes back one mark that this request has set on something that works once. */
  readonly spent: (() => Promise<unknown>)[];
  /** The mark of the DPoP proof of this request, because the engine asks for it a second time. */
  ownProof?: string;
  /**
   * The sign-in that this request completes, and the moment when the password was verified (epoch seconds, with
   * fraction).
   */
  signIn?: { accountId: string; verifiedAt: number };
}

interface ResumedInteraction {
  readonly id: string;
  readonly key: Buffer;
  /** Whether the engine has ended it. */
  over: boolean;
  /** Whether it has ended in the database: the statement that stores a code does that. */
  settled: boolean;
}

/** What the engine saves of an interaction. */
export type HeldBackInteraction =
  | { readonly isNew: true; readonly write: OwnedInteraction }
  | { readonly isNew: false; readonly write: InteractionWrite };

/** A genuine refresh token, its family, and the decision about it. */
export interface PresentedRefresh {
  readonly family: Family;
  readonly token: ParsedRefreshToken;
  readonly leewaySeconds: number;
  readonly kind: RefreshAnswer['kind'];
  /** The position of the refresh token in the response, once it is decided. */
  issued?: Position;
  /** When that token expires, in epoch seconds, if it is not the presented one. */
  issuedUntil?: number;
}

export interface RequestContext {
  readonly cache: RequestCache;
  readonly outcome: RequestOutcome;
  /** The request itself; undefined outside of one. */
  readonly request: Pick<Context, 'ip' | 'get'> | undefined;
}

/** The browser that sent the request: a session keeps it, so that its person knows it again. */
export interface Sender {
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Returns the sender of the current request. It is not read before it is needed: tokens are issued without it. */
export function senderOfRequest(): Sender | undefined {
  const { request } = requestContext();
  return request && { address: request.ip, userAgent: keptUserAgent(request.get('User-Agent')) };
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Koa middleware that opens the context of a request. */
export function withRequestContext(ctx: Context, next: Next): Promise<void> {
  return storage.run(newContext(ctx), next);
}

/** Returns the context of the current request. Outside of a request it returns an empty one that nobody shares. */
export function requestContext(): RequestContext {
  return storage.getStore() ?? newContext();
}

/** Keeps a grant and its account for the rest of the request. */
export function cacheGrant(owner: GrantOwner): void {
  const { grants, accounts } = requestContext().cache;
  grants.set(owner.grant_id, owner);
  accounts.set(owner.account_id, owner.account);
}

function newContext(request?: Context): RequestContext {
  return {
    request,
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
