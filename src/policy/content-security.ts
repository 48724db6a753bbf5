/**
 * What a page may load and run (CSP Level 3). No `form-action`: browsers hold it against the redirect to the app after a
 * form, too.
 */
import { createHash } from 'node:crypto';

/** The policy of a page; `script` is the text of its one inline script, which is allowed by hash, and no other. */
export function contentSecurityPolicy(script?: string): string {
  const allowed = script === undefined ? "'none'" : `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${allowed}`,
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
