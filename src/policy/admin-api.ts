/** The admin API as a protected resource (RFC 8707, RFC 9728): what it is called, and how much power a caller may hand on. */
import { adminScopes, isAdminScope, parseScope } from './scopes.ts';

export const adminPath = '/admin/v1';

/** The resource indicator, and the audience of its tokens. */
export function adminResource(issuer: string): string {
  return `${issuer}${adminPath}`;
}

/** Requests of one client, or of one machine that has no token, in a minute. */
export const adminLimit = { points: 600, seconds: 60 } as const;

/** How long the answer to an `Idempotency-Key` is kept. */
export const idempotencySeconds = 24 * 3600;

/**
 * The scopes of `ceiling` that a caller does not hold itself. Who registers a client, or gets its secret, could else act
 * through it beyond what it was given.
 */
export function scopesBeyond(held: readonly string[], ceiling: string): string[] {
  return parseScope(ceiling).filter((scope) => isAdminScope(scope) && !held.includes(scope));
}

/** Whether a caller may make an admin or take one over: an admin may do everything. */
export function mayActOnAdmins(held: readonly string[]): boolean {
  return adminScopes.every((scope) => held.includes(scope));
}
