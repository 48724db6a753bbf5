/**
 * Which requests are bounded together, and how many of each kind one process takes at a time. What is over its bound is
 * refused at once: work that waits too long is done for somebody who has left, and then sends the same request again.
 */
import { statusListsPath } from './status-lists.ts';

export const requestKinds = ['token', 'list', 'page', 'password', 'admin'] as const;
/** `list` are Token Status Lists, which anybody may read. */
export type RequestKind = (typeof requestKinds)[number];

/** Returns undefined for health, keys, metadata, assets, the revocation feed and polls for signals, which are always answered. */
export function kindOf(method: string, path: string): RequestKind | undefined {
  if (method === 'OPTIONS') return undefined;
  if (endpoints.has(path) || below.test(path)) return 'token';
  if (path === statusListsPath || path.startsWith(`${statusListsPath}/`)) return 'list';
  const [, area = ''] = path.split('/', 2);
  if (area === 'admin') return 'admin';
  if (method === 'POST' && verifiesPassword(path)) return 'password';
  return pageAreas.has(area) || (area === 'oauth' && pages.test(path)) ? 'page' : undefined;
}

const endpoints = new Set(
  [
    'token',
    'introspect',
    'revoke',
    'par',
    'userinfo',
    'register',
    'device_authorization',
    'usage',
    'leaked-secrets',
    'ssf/streams',
    'ssf/status',
    'ssf/verify',
    'ssf/subjects/add',
    'ssf/subjects/remove',
  ].map((name) => `/oauth/${name}`),
);
const below = /^\/oauth\/(register|introspect)\//;
const pageAreas = new Set([
  'interaction',
  'account',
  'playground',
  'sign-in',
  'sign-out',
  'signed-out',
  'device',
  'logos',
  'reset',
  'verify',
  'address',
  'undo',
  'register',
  'invitation',
  'outbox',
]);
const pages = /^\/oauth\/(authorize|logout)(\/|$)/;

const newPasswordForms = new Set(['/reset/new', '/register/new', '/invitation/new']);

/**
 * The forms that check a password or a code. Those of admins count as `admin`, so that guesses do not shut admins out; other
 * forms that ask for a password again count as pages, because only people who are signed in can send them.
 */
function verifiesPassword(path: string): boolean {
  return newPasswordForms.has(path) || verifying.test(path);
}

const verifying =
  /^(\/sign-in|\/interaction\/[^/]+(?=\/))(\/sign-in|\/second-step|\/recovery-code|\/enrol)?$|^\/account\/(confirm$|security\/)/;

/** Reports whether the request begins an authorization. Those that have begun go first: one that ends half way served nobody. */
export function beginsAuthorization(path: string): boolean {
  return path === '/oauth/authorize';
}

/** Maximum number of requests in flight. That of `password` follows from the time that a hash takes. */
export interface Bounds {
  readonly token: number;
  readonly list: number;
  readonly page: number;
  /** The part of `page` that requests which begin an authorization may use. */
  readonly beginning: number;
  readonly admin: number;
}

/** An event loop does not get faster with more connections than this. */
const maxUsefulConnections = 12;

/**
 * A connection answers a statement in about a millisecond, and a token request takes about two statements and one
 * millisecond of the event loop. So eight requests for each connection wait for about a tenth of a second, and three
 * times as long on a slow machine. A page takes about four times as much of the event loop.
 */
export function boundsOf(poolSize: number): Bounds {
  const connections = Math.min(Math.max(poolSize, 4), maxUsefulConnections);
  return {
    token: 8 * connections,
    list: 4 * connections,
    page: 4 * connections,
    beginning: 2 * connections,
    admin: 2 * connections,
  };
}

/**
 * Reports whether a caller with `own` requests, those whose bodies are on their way included, may have another one. It may while it
 * has fewer than places are free, and never more than half of all: so one caller gets half, two get a third each, and the next
 * caller finds a place.
 */
export function mayTakePlace({ own, taken, bound }: { own: number; taken: number; bound: number }): boolean {
  const free = bound - taken;
  return own === 0 ? free > 0 : own < Math.min(free, bound / 2);
}

/** How often the delay of the event loop is measured while there are requests, and what is too much of it. */
export const loopDelay = { everyMs: 100, maxMs: 50 } as const;
/** About one request in flight for each connection keeps the process busy, however slow it is. */
const minShare = 1 / 8;

/**
 * Returns the part of the bounds that holds next. A process that does not get its core, or whose requests cost more than
 * usual, takes fewer at a time: it sheds load within a few measurements, and takes it back within two seconds.
 */
export function nextShare(share: number, delayMs: number): number {
  return delayMs > loopDelay.maxMs ? Math.max(minShare, share * 0.75) : Math.min(1, share + 0.05);
}

/** Most of the backlog is over after a second; passwords take longer. */
const minWaitSeconds: Readonly<Record<RequestKind, number>> = { token: 1, list: 1, page: 2, password: 3, admin: 2 };

/** What a refused client is told to wait. It differs by up to two seconds, so that those refused together do not return together. */
export function retryAfterSeconds(kind: RequestKind, random: () => number = Math.random): number {
  return minWaitSeconds[kind] + Math.floor(random() * 3);
}
