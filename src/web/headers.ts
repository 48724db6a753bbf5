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
  const headers: readonly (readonly [string, string])[] = [
    ['Content-Security-Policy', contentSecurityPolicy],
    ['X-Frame-Options', 'DENY'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    // Pages speak of one person; the few things that may be kept say so themselves.
    ['Cache-Control', 'no-store'],
    ...(issuer.startsWith('https:')
      ? [['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'] as const]
      : []),
  ];
  return (ctx: Context, next: Next): Promise<void> => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    return next();
  };
}
