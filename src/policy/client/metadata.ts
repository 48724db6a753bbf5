/** What a client may be registered as (RFC 7591 §2 names). Every problem is reported at once, by field. */

import type { SigningAlgorithm } from '../signing-algorithms.ts';
import type { ClientType } from './redirect-uris.ts';
import type { AuthMethod } from './types.ts';

/** What a registration says. Absent and null fields get the safe default of their type. */
export type ClientInput = { readonly [K in keyof ClientMetadata]?: Loose<ClientMetadata[K]> | null } & {
  readonly client_name: string;
};

/** What a caller may hand over before it was checked. */
type Loose<T> = T extends string[] ? readonly string[] : T extends string ? string : T;

/** A complete and allowed registration. */
export interface ClientMetadata {
  readonly client_name: string;
  /** What it is for, in its own words. */
  readonly description: string | null;
  readonly client_uri: string | null;
  readonly policy_uri: string | null;
  readonly tos_uri: string | null;
  readonly contacts: string[];
  readonly redirect_uris: string[];
  readonly post_logout_redirect_uris: string[];
  /** Origins whose scripts may speak for it, beside those of its redirect URIs. */
  readonly allowed_origins: string[];
  readonly grant_types: string[];
  readonly token_endpoint_auth_method: AuthMethod;
  /** What its ID tokens are signed with. */
  readonly id_token_signed_response_alg: SigningAlgorithm;
  /** API scopes it may ever get; who a person is, it may always ask that person. */
  readonly scope: string;
  readonly jwks: { readonly keys: readonly object[] } | null;
  readonly jwks_uri: string | null;
  readonly type: ClientType;
  readonly owner_name: string | null;
  /** The address of the account that it belongs to. */
  readonly owner_email: string | null;
  /** What a request without API scope gets. */
  readonly default_scope: string;
  /** What people may leave out on the consent page. */
  readonly optional_scope: string;
  /** Ours: people are not asked whether it may. */
  readonly first_party: boolean;
  /** The resource whose access tokens it may introspect, without trailing slash. */
  readonly gateway_resource: string | null;
}

/** Field → what is wrong with it, to be read on after the field's name. */
export type Problems = Record<string, string>;
