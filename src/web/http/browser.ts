/**
 * The secret of a browser: 256 random bits in a cookie that no neighbouring host can set or read. It exists before the
 * first page of an interaction and signs nobody in. Interactions, and the forms of people who are not signed in, are
 * bound to it, so that no browser can continue what another began. The cookie needs no signature: a made-up value opens
 * nothing.
 */
import { randomBytes } from 'node:crypto';
import type { Context, Next } from 'koa';
import { requestContext } from '../../oidc/request-context.ts';
import { cookieName } from '../../policy/cookie-names.ts';
import { machineOf } from '../../policy/lockout.ts';
import { sha256 } from '../../store/sealer.ts';
import { cookieValues, hardened, nameHere } from './cookies.ts';
import { deviceOf } from './device.ts';

/** Longer than any interaction; each new interaction extends it. */
const maxAgeMs = 24 * 3600 * 1000;
const form = /^[\w-]{43}$/;

/**
 * The secret that this browser holds, if any. A second cookie of that name was planted, so then it counts as no secret.
 */
export function browserSecret(ctx: Context): string | undefined {
  const [value, ...more] = cookieValues(ctx, nameHere(ctx, 'browser'));
  return value !== undefined && more.length === 0 && form.test(value) ? value : undefined;
}

/** The secret of this browser. If it has none, this answer sets one; it is kept for another day. */
export function ensureBrowserSecret(ctx: Context): string {
  const secret = browserSecret(ctx) ?? randomBytes(32).toString('base64url');
  ctx.cookies.set(nameHere(ctx, 'browser'), secret, { ...hardened(ctx), signed: false, maxAge: maxAgeMs });
  return secret;
}

/**
 * Records for the rest of the request which browser sent it, and which caller its rows count against. An authorization
 * request by GET gives the browser its secret. One by POST from another site brings no cookies, and a new secret would
 * end the interactions that the person has open.
 */
export async function recogniseBrowser(ctx: Context, next: Next): Promise<void> {
  if (!/^\/(oauth\/(authorize|par|device_authorization)|interaction|device)(\/|$)/i.test(ctx.path)) return next();
  const begins = (ctx.method === 'GET' || ctx.method === 'HEAD') && /^\/oauth\/authorize\/?$/i.test(ctx.path);
  const secret = begins ? ensureBrowserSecret(ctx) : browserSecret(ctx);
  const { cache, outcome } = requestContext();
  cache.browser = secret && sha256(secret).toString('base64url');
  const device = deviceOf(ctx);
  cache.caller = device ? `device ${device}` : `network ${machineOf(ctx.ip)}`;
  cache.heldRequest = heldRequest(ctx);
  await next();
  const { toHold } = outcome;
  if (toHold) writeHeldRequest(ctx, toHold.id, toHold.sealed, toHold.ttlSeconds * 1000);
}

/** The authorization request that this browser holds for us, sealed; see the adapter of interactions. */
function heldRequest(ctx: Context): string | undefined {
  return cookieValues(ctx, cookieName('request', { secure: ctx.secure, path: ctx.path }))[0];
}

/** The browser need not hold the request any longer: from now on the database does. */
export function releaseHeldRequest(ctx: Context, id: string): void {
  if (requestContext().cache.heldRequest !== undefined) writeHeldRequest(ctx, id, null, 0);
}

function writeHeldRequest(ctx: Context, id: string, sealed: string | null, maxAgeMs: number): void {
  const path = `/interaction/${id}`;
  const name = cookieName('request', { secure: ctx.secure, path });
  ctx.cookies.set(name, sealed, { ...hardened(ctx), path, signed: false, maxAge: maxAgeMs });
}
