/** Headers of every answer. No Cross-Origin-Opener-Policy: apps open this server in a pop-up and wait for it. */
import type { Context, Next } from 'koa';
import { contentSecurityPolicy } from '../policy/content-security.ts';

const withoutScript = contentSecurityPolicy();

export function securityHeaders(issuer: string) {
  const https = issuer.startsWith('https:');
  return async (ctx: Context, next: Next): Promise<void> => {
    ctx.set('Content-Security-Policy', withoutScript);
    ctx.set('X-Frame-Options', 'DENY');
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Referrer-Policy', 'no-referrer');
    if (https) ctx.set('Strict-Transport-Security', 'max-age=63072000; includeSubDomains');
    // Pages speak of one person; the few things that may be kept say so themselves.
    ctx.set('Cache-Control', 'no-store');
    await next();
  };
}
