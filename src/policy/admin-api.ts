/** The admin API as a protected resource (RFC 8707, RFC 9728): what it is called, and what it allows a caller. */
export const adminPath = '/admin/v1';

/** The resource indicator, and the audience of its tokens. */
export function adminResource(issuer: string): string {
  return `${issuer}${adminPath}`;
}

/** Requests of one client, or of one machine that has no token, in a minute. */
export const adminLimit = { requests: 600, windowSeconds: 60 } as const;

/** How long the answer to an `Idempotency-Key` is kept. */
export const idempotencySeconds = 24 * 3600;
