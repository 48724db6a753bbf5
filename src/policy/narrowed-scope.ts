/** What is left of an authorization when a person takes scopes from it. */
import { formatScope, isApiScope, parseScope } from './scopes.ts';

interface Authorization {
  readonly openid?: { readonly scope?: string; readonly [name: string]: unknown };
  readonly resources?: Readonly<Record<string, string>>;
}

/** Returns the value of a `scope` (RFC 6749 §3.3) without these scopes. */
export function scopeWithout(text: string | undefined, scopes: readonly string[]): string {
  return formatScope(parseScope(text).filter((one) => !scopes.includes(one)));
}

/** Returns the authorization without these scopes. */
export function withoutScopes<T extends Authorization>(authorization: T, scopes: readonly string[]): T {
  const without = (text: string | undefined) => scopeWithout(text, scopes);
  const { openid, resources } = authorization;
  return {
    ...authorization,
    ...(openid && { openid: { ...openid, scope: without(openid.scope) } }),
    ...(resources && {
      resources: Object.fromEntries(Object.entries(resources).map(([name, scope]) => [name, without(scope)])),
    }),
  };
}

/** Reports whether an authorization has a scope, in whatever resource. */
export function hasScope({ openid, resources = {} }: Authorization, scope: string): boolean {
  return [openid?.scope, ...Object.values(resources)].some((text) => parseScope(text).includes(scope));
}

/** Reports whether an app can do anything with these scopes. With `profile` or `email` alone it cannot. */
export function isOfUse(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope === 'openid' || isApiScope(scope));
}
