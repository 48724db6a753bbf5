/**
 * How a client came to be registered: by a person (an admin or a developer), by itself (RFC 7591), or by an https URL whose
 * document describes it (OAuth Client ID Metadata Document, draft-ietf-oauth-client-id-metadata-document-02).
 */
export const registrationTypes = ['manual', 'dynamic', 'metadata_document'] as const;

export type RegistrationType = (typeof registrationTypes)[number];

/** Whether nobody at VibeCaaS has ever seen the client: it came by itself. */
export function isUnregistered(client: { readonly registration_type?: RegistrationType | undefined }): boolean {
  return client.registration_type === 'dynamic' || client.registration_type === 'metadata_document';
}

/** Whether an owner or the admins alone answer for the client, whoever registered it: its registration token (RFC 7592) has ended. */
export function isHandedOver(client: {
  readonly owner_account_id: string | null;
  readonly first_party: boolean;
}): boolean {
  return client.owner_account_id !== null || client.first_party;
}
