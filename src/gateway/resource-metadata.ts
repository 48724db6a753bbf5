/** The metadata document of a protected resource (RFC 9728): where apps learn which server gives tokens for it. */
import { apiScopes } from '../policy/scopes.ts';

export interface ProtectedResource {
  /** The resource's identifier: its address without a trailing slash. */
  readonly resource: string;
  readonly issuer: string;
  readonly scopes?: readonly string[];
}

/** Where the document of a resource stands (§3.1): the well-known part comes between host and path. */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}

/** `offline_access` is not in it, on purpose: clients ask for all that is listed. */
export function resourceMetadata({ resource, issuer, scopes = apiScopes }: ProtectedResource): object {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    resource_name: 'VibeCaaS API',
  };
}
