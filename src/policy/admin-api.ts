/** The admin API as a protected resource (RFC 8707, RFC 9728): its identifier and its limits. */
export const adminPath = '/admin/v1';
export const resourceMetadataPath = `/.well-known/oauth-protected-resource${adminPath}`;

/** Returns the resource indicator of the admin API, which is also the audience of its tokens. */
export function adminResource(issuer: string): string {
  return `${issuer}${adminPath}`;
}

/** Rate limit of one client, or of one IP address without a token. */
export const adminLimit = { requests: 600, windowSeconds: 60 } as const;

/** How long the response for an `Idempotency-Key` is kept. */
export const idempotencySeconds = 24 * 3600;
