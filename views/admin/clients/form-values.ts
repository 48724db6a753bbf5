import type { ClientType } from './states.ts';

/** The values in the form as typed; lists have one item per line. */
export type ClientFormValues = {
  client_name: string;
  description: string;
  owner_name: string;
  owner_email: string;
  client_uri: string;
  policy_uri: string;
  tos_uri: string;
  contacts: string;
  redirect_uris: string;
  post_logout_redirect_uris: string;
  allowed_origins: string;
  token_endpoint_auth_method: string;
  id_token_signed_response_alg: string;
  jwks: string;
  jwks_uri: string;
  gateway_resource: string;
  scope: string[];
  optional_scope: string[];
  default_scope: string[];
  first_party: boolean;
  client_credentials: boolean;
};

/** What a client may be. `type` is chosen once. Without it (a new client) the form offers what any type allows. */
export type ClientFormRules = {
  type?: ClientType | undefined;
  people: boolean;
  authMethods: string[];
  scopes: string[];
  /** Scopes of the admin API, offered apart. */
  adminScopes: string[];
  actsForItself: boolean;
  gateway: boolean;
};
