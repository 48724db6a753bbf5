/** The scopes of this server (RFC 6749 §3.3): those of the API, of OpenID Connect, and of the admin API. */

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

/** Scopes of the admin API. Only services that an admin registered with them may have them, never apps that people sign in to. */
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

/** Returns the scopes of a `scope` parameter in order, without duplicates. */
export function parseScope(scope: string | undefined): string[] {
  if (!scope) return [];
  if (!scope.includes(' ')) return [scope];
  return scope.split(' ').filter((one, index, all) => one !== '' && all.indexOf(one) === index);
}

const known: ReadonlySet<string> = new Set([...apiScopes, ...identityScopes, ...adminScopes]);

/** Returns the problem if scopes are separated by commas; undefined otherwise. */
export function scopeSpellingProblem(scope: string): string | undefined {
  const wrong = scope.includes(',') && scope.split(/[ ,]+/).some((one) => known.has(one));
  return wrong ? 'scopes are separated by spaces, not by commas' : undefined;
}

export function isKnownScope(scope: string): boolean {
  return known.has(scope);
}

/** Reports whether there are scopes and all are unknown. Unknown scopes among known ones are ignored. */
export function namesOnlyUnknownScopes(scope: string | undefined): boolean {
  const named = parseScope(scope);
  return named.length > 0 && !named.some(isKnownScope);
}

export const onlyUnknownScopes = 'none of the requested scopes is known here';

/** Whether it has only the characters that RFC 6749 §3.3 allows in a scope. Others would end up in a header. */
export function isScopeToken(scope: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope);
}

export function formatScope(scopes: readonly string[]): string {
  return scopes.join(' ');
}

/** Reports whether a scope allows changes or costs money. Such scopes are never defaults, and optional for apps that registered themselves. */
export function isSensitive(scope: string): boolean {
  return scope.endsWith(':write') || scope.startsWith('ai:');
}

/** Which of a resource’s scopes an app asks for first: those that change nothing and cost nothing, otherwise all. */
export function firstScopesOf(scopes: readonly string[]): readonly string[] {
  const harmless = scopes.filter((scope) => !isSensitive(scope));
  return harmless.length > 0 ? harmless : scopes;
}
