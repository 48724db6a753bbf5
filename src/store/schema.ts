/** Types of the tables for the query builder, with the names of migrations/. */
import type { Generated } from 'kysely';
import type { AdminDecisions } from '../policy/client/admin-decisions.ts';
import type { ClientProfile } from '../policy/client/profiles.ts';
import type { RegistrationType } from '../policy/client/registration-types.ts';
import type { ClientType } from '../policy/client/types.ts';
import type { KeptValues } from '../policy/client/verification.ts';
import type { WorkloadIdentity } from '../policy/client/workload-identities.ts';
import type { SigningKeyState } from '../policy/key-rotation.ts';
import type { SigningAlgorithm } from '../policy/signing-algorithms.ts';
import type { ThirdPartyPolicy } from '../policy/third-party.ts';
import type { Tier } from '../policy/tiers.ts';
import type { ConsentsTable, GrantsTable, WithDefault } from './authorization-tables.ts';
import type {
  WebhookAttemptsTable,
  WebhookDeliveriesTable,
  WebhookSecretsTable,
  WebhooksTable,
} from './webhook-tables.ts';

export interface Schema {
  accounts: AccountsTable;
  clients: ClientsTable;
  client_documents: ClientDocumentsTable;
  client_logos: { client_id: string; image: Buffer };
  client_secrets: ClientSecretsTable;
  consents: ConsentsTable;
  grants: GrantsTable;
  sessions: SessionsTable;
  token_revocation: TokenRevocationTable;
  signing_keys: SigningKeysTable;
  settings: { name: string; value: string };
  audit_events: AuditEventsTable;
  audit_seals: AuditSealsTable;
  failed_requests: FailedRequestsTable;
  webhooks: WebhooksTable;
  webhook_secrets: WebhookSecretsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  webhook_attempts: WebhookAttemptsTable;
}

export type Role = 'user' | 'admin';

interface AccountsTable {
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
  role: WithDefault<Role>;
  tier: WithDefault<Tier>;
  status: WithDefault<'active' | 'suspended'>;
  /** Signing in requires a new password first. */
  password_change_required: WithDefault<boolean>;
  sessions_valid_from: WithDefault<Date>;
  /** When somebody with access to its mailbox confirmed the address. */
  email_verified_at: WithDefault<Date | null>;
  /** The language that the person chose. */
  locale: WithDefault<string | null>;
  created_at: WithDefault<Date>;
}

interface ClientsTable {
  client_id: string;
  client_name: string;
  'client_name#en': WithDefault<string | null>;
  'client_name#de': WithDefault<string | null>;
  'client_name#es': WithDefault<string | null>;
  'client_name#fr': WithDefault<string | null>;
  'client_name#ja': WithDefault<string | null>;
  description: WithDefault<string | null>;
  client_uri: string | null;
  logo_uri: string | null;
  policy_uri: string | null;
  tos_uri: string | null;
  support_uri: WithDefault<string | null>;
  contacts: WithDefault<string[]>;
  redirect_uris: WithDefault<string[]>;
  post_logout_redirect_uris: WithDefault<string[]>;
  backchannel_logout_uri: WithDefault<string | null>;
  backchannel_logout_session_required: WithDefault<boolean>;
  allowed_origins: WithDefault<string[]>;
  grant_types: string[];
  token_endpoint_auth_method: string;
  id_token_signed_response_alg: WithDefault<SigningAlgorithm>;
  scope: string;
  jwks: unknown;
  jwks_uri: string | null;
  assertion_audience: WithDefault<'issuer' | 'endpoint'>;
  profile: WithDefault<ClientProfile>;
  workload_identities: WithDefault<WorkloadIdentity[]>;
  type: ClientType;
  /** Set when the client is created, and never changed. */
  registration_type: WithDefault<RegistrationType>;
  /** `blocked`: by a rule for third-party apps, and by nothing else. */
  status: WithDefault<'active' | 'disabled' | 'blocked'>;
  /** What a rule says of a client that nobody registered; null: none does. */
  third_party_policy: WithDefault<ThirdPartyPolicy | null>;
  owner_name: string | null;
  owner_account_id: WithDefault<string | null>;
  logo_hash: WithDefault<string | null>;
  default_scope: WithDefault<string>;
  optional_scope: WithDefault<string>;
  first_party: WithDefault<boolean>;
  gateway_resource: string | null;
  /** Space-separated. A server of an older version leaves it out. */
  exchange_resource: WithDefault<string | null>;
  id_jag_issuers: WithDefault<string | null>;
  refresh_token_leeway: WithDefault<number | null>;
  submitted_at: WithDefault<Date | null>;
  verified_at: Date | null;
  /** The last verification: its time, its actor, and the values that were checked. They are kept when a review is reopened. */
  checked_at: WithDefault<Date | null>;
  checked_by: WithDefault<string | null>;
  checked_values: WithDefault<KeptValues | null>;
  /** What an admin has decided about a client that describes itself, whatever it says. */
  admin_decisions: WithDefault<AdminDecisions | null>;
  /** See policy/client/trust.ts. */
  trust_epoch: WithDefault<number>;
  created_at: WithDefault<Date>;
  updated_at: WithDefault<Date>;
  /** Triggers increase it with every change of the client or its secrets. */
  revision: Generated<string>;
}

interface ClientDocumentsTable {
  client_id: string;
  digest: Buffer;
  etag: string | null;
  fetched_at: Date;
  fresh_until: Date;
  error: WithDefault<string | null>;
  failed_at: WithDefault<Date | null>;
}

interface ClientSecretsTable {
  id: Generated<string>;
  client_id: string;
  secret_hash: Buffer;
  /** Null for secrets created before this column existed. */
  last_four: WithDefault<string | null>;
  created_at: WithDefault<Date>;
  expires_at: Date | null;
  last_used_at: Date | null;
  /** The hash that another server made of it; `secret_hash` is random then. */
  foreign_hash: WithDefault<string | null>;
}

interface SessionsTable {
  uid: string;
  id_hash: Buffer;
  payload: Buffer;
  account_id: string | null;
  signed_in_at: Date | null;
  last_seen_at: WithDefault<Date>;
  expires_at: Date;
  /** The browser and its network address when the session was last saved; null in sessions from before they were kept. */
  user_agent: WithDefault<string | null>;
  address: WithDefault<string | null>;
  /** When one factor was shown again in a session of two. */
  confirmed_at: WithDefault<Date | null>;
  /** The clients that were sent an ID token in it; null for none. */
  relying_parties: WithDefault<string[] | null>;
}

export type RevocationKind = 'jti' | 'gid' | 'client_id' | 'key_id';

interface TokenRevocationTable {
  seq: Generated<string>;
  kind: RevocationKind;
  value: string;
  expires_at: Date | null;
}

interface SigningKeysTable {
  kid: string;
  alg: WithDefault<SigningAlgorithm>;
  public_jwk: unknown;
  /** Null once the key is no longer published. */
  private_jwk: Buffer | null;
  state: SigningKeyState;
  created_at: WithDefault<Date>;
  current_at: Date | null;
  retired_at: Date | null;
}

interface AuditEventsTable {
  seq: string;
  at: Date;
  actor: string;
  action: string;
  target: string;
  details: unknown;
  request_id: string | null;
  /** Empty, like `hash`, in events that have a seal or will get one. */
  prev_hash: Buffer;
  hash: Buffer;
}

interface AuditSealsTable {
  sealed_seq: string;
  event: string;
  prev_hash: Buffer;
  hash: Buffer;
  key_id: Buffer;
  mac: Buffer;
}

interface FailedRequestsTable {
  id: Generated<string>;
  client_id: string;
  at: Date;
  request_id: string;
  endpoint: string;
  error: string;
  description: string | null;
  detail: string | null;
  parameters: unknown;
  stranger: Generated<boolean>;
  caller: string | null;
}
