/** Headers of every answer. No Cross-Origin-Opener-Policy: apps open this server in a pop-up and wait for it. */
import type { Context, Next } from 'koa';
import { contentSecurityPolicy } from '../../policy/content-security.ts';

export function headersOf(issuer: string): readonly (readonly [name: string, value: string])[] {
  return [
    ['Content-Security-Policy', contentSecurityPolicy()],
    ['X-Frame-Options', 'DENY'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    // Pages are about one person; the few answers that may be cached say so themselves.
    ['Cache-Control', 'no-store'],
    ...(issuer.startsWith('https:')
      ? [['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'] as const]
      : []),
  ];
}

export function securityHeaders(issuer: string) {
  const headers = headersOf(issuer);
  return (ctx: Context, next: Next): Promise<void> => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    return next();
  };
}
