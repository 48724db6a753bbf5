/**
 * Headers of every answer. No `form-action`: browsers hold it against the redirect to the app after a form, too. No
 * Cross-Origin-Opener-Policy: apps open this server in a pop-up and wait for it. `script-src` is empty on purpose: the
 * engine adds the hash of its own form_post page to it.
 */
import type { Context, Next } from 'koa';

const contentSecurityPolicy = [
  "default-src 'none'",
  'script-src',
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function securityHeaders(issuer: string) {
  const https = issuer.startsWith('https:');
  return async (ctx: Context, next: Next): Promise<void> => {
    ctx.set('Content-Security-Policy', contentSecurityPolicy);
    ctx.set('X-Frame-Options', 'DENY');
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Referrer-Policy', 'no-referrer');
    if (https) ctx.set('Strict-Transport-Security', 'max-age=63072000; includeSubDomains');
    // Pages speak of one person; the few things that may be kept say so themselves.
    ctx.set('Cache-Control', 'no-store');
    await next();
  };
}
