/** What is left of an authorization when a person takes a scope from it. */
import { formatScope, isApiScope, parseScope } from './scopes.ts';

interface Authorization {
  readonly openid?: { readonly scope?: string; readonly [name: string]: unknown };
  readonly resources?: Readonly<Record<string, string>>;
}

/** Returns the authorization without a scope. */
export function withoutScope<T extends Authorization>(authorization: T, scope: string): T {
  const without = (text: string | undefined) => formatScope(parseScope(text).filter((one) => one !== scope));
  const { openid, resources } = authorization;
  return {
    ...authorization,
    ...(openid && { openid: { ...openid, scope: without(openid.scope) } }),
    ...(resources && {
      resources: Object.fromEntries(Object.entries(resources).map(([name, scopes]) => [name, without(scopes)])),
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
