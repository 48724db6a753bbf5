/**
 * The columns that statements read, one list for each table that is read as a whole. A statement that says `*` changes its
 * result with the table: prepared by a running node, it fails after the next migration.
 */
import type { Schema } from './schema.ts';

/** Accepts only a list with every column of the table. */
const every =
  <Table extends keyof Schema>() =>
  <const Columns extends readonly (keyof Schema[Table] & string)[]>(
    columns: Columns & (keyof Schema[Table] extends Columns[number] ? unknown : never),
  ): Columns =>
    columns;

export const clientColumns = every<'clients'>()([
  'client_id',
  'client_name',
  'client_name#en',
  'client_name#de',
  'client_name#es',
  'client_name#fr',
  'client_name#ja',
  'description',
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'support_uri',
  'contacts',
  'redirect_uris',
  'post_logout_redirect_uris',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
  'allowed_origins',
  'grant_types',
  'token_endpoint_auth_method',
  'id_token_signed_response_alg',
  'scope',
  'jwks',
  'jwks_uri',
  'assertion_audience',
  'profile',
  'workload_identities',
  'type',
  'registration_type',
  'status',
  'owner_name',
  'owner_account_id',
  'logo_hash',
  'default_scope',
  'optional_scope',
  'first_party',
  'gateway_resource',
  'exchange_resource',
  'id_jag_issuers',
  'submitted_at',
  'verified_at',
  'checked_at',
  'checked_by',
  'checked_values',
  'admin_decisions',
  'trust_epoch',
  'created_at',
  'updated_at',
  'refresh_token_leeway',
  'revision',
]);

export const failedRequestColumns = every<'failed_requests'>()([
  'id',
  'client_id',
  'at',
  'request_id',
  'endpoint',
  'error',
  'description',
  'detail',
  'parameters',
  'stranger',
  'caller',
]);

export const signingKeyColumns = every<'signing_keys'>()([
  'kid',
  'alg',
  'public_jwk',
  'private_jwk',
  'state',
  'created_at',
  'current_at',
  'retired_at',
]);

export const webhookColumns = every<'webhooks'>()([
  'client_id',
  'url',
  'events',
  'enabled',
  'disabled_reason',
  'succeeded_at',
  'created_at',
  'updated_at',
]);

export const webhookDeliveryColumns = every<'webhook_deliveries'>()([
  'seq',
  'id',
  'client_id',
  'type',
  'body',
  'status',
  'attempts',
  'attempts_before',
  'due_at',
  'created_at',
]);

/** The list in SQL, each column with the alias of its table. */
export function listOf(columns: readonly string[], alias: string): string {
  return columns.map((column) => `${alias}."${column}"`).join(', ');
}
