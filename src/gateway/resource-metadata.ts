/**
 * The metadata document of a protected resource (RFC 9728): apps learn from it which server issues tokens for the
 * resource.
 */
import { proofAlgorithmNames } from '../policy/dpop-proof.ts';
import { apiScopes } from '../policy/scopes.ts';

export interface ProtectedResource {
  /** The resource's identifier: its address without a trailing slash. */
  readonly resource: string;
  readonly issuer: string;
  readonly scopes?: readonly string[];
}

/** The address of a resource's document (§3.1): the well-known part comes between host and path. */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}

/** `offline_access` is omitted on purpose: clients ask for everything that is listed. */
function resourceMetadata({ resource, issuer, scopes = apiScopes }: ProtectedResource): object {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: proofAlgorithmNames,
    resource_name: 'VibeCaaS API',
  };
}

export interface MetadataAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a preflight. A server drops it for HEAD. */
  readonly body: string;
}

/** The answer to a method at the document's address; undefined for a method that is not supported. */
export type AnswerMetadata = (method: string) => MetadataAnswer | undefined;

/** The document is public, so scripts of any origin may read it (Fetch, CORS protocol). */
export function createMetadataAnswer(resource: ProtectedResource): AnswerMetadata {
  const shared = { 'Access-Control-Allow-Origin': '*' };
  const document = {
    status: 200,
    headers: { ...shared, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'public, max-age=300' },
    body: JSON.stringify(resourceMetadata(resource)),
  };
  // Some apps send a header such as MCP-Protocol-Version, for which a browser sends a preflight.
  const preflight = {
    status: 204,
    headers: {
      ...shared,
      'Access-Control-Allow-Methods': 'GET, HEAD',
      'Access-Control-Allow-Headers': '*',
      'Access-Control-Max-Age': '600',
    },
    body: '',
  };
  const known = new Map<string, MetadataAnswer>([
    ['GET', document],
    ['HEAD', document],
    ['OPTIONS', preflight],
  ]);
  return (method) => known.get(method);
}
