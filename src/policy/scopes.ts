/** The scopes that this server knows (RFC 6749 §3.3): six of the API, those of OpenID Connect, those of the admin API. */

export const apiScopes = [
  'projects:read',
  'projects:write',
  'deployments:read',
  'deployments:write',
  'analytics:read',
  'ai:generate',
] as const;

export type ApiScope = (typeof apiScopes)[number];

export const identityScopes = ['openid', 'profile', 'email', 'offline_access'] as const;

export function isIdentityScope(scope: string): boolean {
  return (identityScopes as readonly string[]).includes(scope);
}

/** Of the admin API alone: for services that an admin registered with them, never for an app that people sign in to. */
export const adminScopes = [
  'clients:read',
  'clients:write',
  'accounts:read',
  'accounts:write',
  'audit:read',
  'keys:write',
] as const;

export type AdminScope = (typeof adminScopes)[number];

export function isAdminScope(scope: string): scope is AdminScope {
  return (adminScopes as readonly string[]).includes(scope);
}

export function isApiScope(scope: string): scope is ApiScope {
  return (apiScopes as readonly string[]).includes(scope);
}

/** The scopes of a `scope` parameter, each once, in their order. */
export function parseScope(scope: string | undefined): string[] {
  return [...new Set((scope ?? '').split(' ').filter(Boolean))];
}

export function formatScope(scopes: readonly string[]): string {
  return scopes.join(' ');
}

/** Whether a scope changes something or costs money: never a default, and optional on apps that nobody registered. */
export function isSensitive(scope: string): boolean {
  return scope.endsWith(':write') || scope.startsWith('ai:');
}
