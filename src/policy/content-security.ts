/**
 * The Content Security Policy of pages (CSP Level 3). It has no `form-action`, because browsers also apply that to the
 * redirect to the app after a form was sent.
 */
import { createHash } from 'node:crypto';

/** Returns the policy of a page. `script` is the text of its only inline script, which is allowed by its hash. */
export function contentSecurityPolicy(script?: string): string {
  return policyWith(
    script === undefined ? "'none'" : `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
}

/** The policy of the pages with a passkey button, whose script is a file of ours. */
export const withScriptFile = policyWith("'self'");

function policyWith(scripts: string): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The policy of a mail that is shown as a page: it has styles of its own, and must do nothing else. */
export const mailContentSecurityPolicy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
