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
  'gateways:write',
  'first_party:write',
  'verifications:write',
  'admins:write',
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

const known: ReadonlySet<string> = new Set([...apiScopes, ...identityScopes, ...adminScopes]);

/** What is wrong with how scopes were written, for the developer; undefined when nothing is. */
export function scopeSpellingProblem(scope: string): string | undefined {
  const wrong = scope.includes(',') && scope.split(/[ ,]+/).some((one) => known.has(one));
  return wrong ? 'scopes are separated by spaces, not by commas' : undefined;
}

/** Scopes were named, and none of them is one of ours. An unknown one beside known ones is left out. */
export function namesOnlyUnknownScopes(scope: string | undefined): boolean {
  const named = parseScope(scope);
  return named.length > 0 && !named.some((one) => known.has(one));
}

export const onlyUnknownScopes = 'none of the requested scopes is known here';

export function formatScope(scopes: readonly string[]): string {
  return scopes.join(' ');
}

/** Whether a scope changes something or costs money: never a default, and optional on apps that nobody registered. */
export function isSensitive(scope: string): boolean {
  return scope.endsWith(':write') || scope.startsWith('ai:');
}
