/**
 * The resources of the API (RFC 8707): the audiences that access tokens are issued for, each with its scopes. A token of
 * one is refused at the others.
 */
import { type ApiScope, apiScopes, isApiScope } from './scopes.ts';

export interface ApiResource {
  /** The resource's identifier, without a trailing slash. */
  readonly audience: string;
  readonly scopes: readonly ApiScope[];
}

/** The default resource, which has every scope, and the others. */
export function apiResourcesOf(settings: {
  readonly apiResource: string;
  readonly apiResources: readonly ApiResource[];
}): readonly [ApiResource, ...ApiResource[]] {
  return [{ audience: settings.apiResource, scopes: apiScopes }, ...settings.apiResources];
}

/** Only this server itself has tokens for it: it asks the API as a person. */
export function internalAudience(apiResource: string): string {
  return `${apiResource}/internal`;
}

/** Returns the canonical form of a resource indicator, without a trailing slash. */
export function canonicalResource(resource: string): string {
  return resource.endsWith('/') ? resource.slice(0, -1) : resource;
}

/** Returns the resources of a text with spaces between them, in their canonical form. */
export function resourcesOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean).map(canonicalResource);
}

/** Returns the named scopes without those API scopes that none of the resources has. */
export function withinResources(
  scopes: readonly string[],
  resources: readonly { readonly scopes: readonly string[] }[],
): string[] {
  return scopes.filter((scope) => !isApiScope(scope) || resources.some((one) => one.scopes.includes(scope)));
}
