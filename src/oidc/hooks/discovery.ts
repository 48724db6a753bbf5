/** Metadata that the engine does not publish by itself (RFC 8414 §2, OpenID Connect Discovery §3). */

import { languageCodes } from '../../../views/messages/languages.ts';
import { confidentialAuthMethods } from '../../policy/client/types.ts';
import { promptValues } from '../../policy/hints.ts';
import { idJagProfile } from '../../policy/id-jag.ts';
import type { ApiResource } from '../../policy/resources.ts';
import { statusListsPath } from '../../policy/status-lists.ts';
import { assertionAlgorithms } from '../signed-by.ts';

/** Addresses of pages outside of this server, if there are any. */
export interface PublicLinks {
  readonly docsUrl?: string | undefined;
  readonly privacyUrl?: string | undefined;
  readonly termsUrl?: string | undefined;
}

export function discovery({
  issuer,
  resources,
  dynamicRegistration,
  clientIdMetadataDocuments: documents,
  docsUrl,
  privacyUrl,
  termsUrl,
  enterpriseIssuers,
  statusListResources,
}: PublicLinks & {
  readonly statusListResources: readonly string[];
  readonly issuer: string;
  readonly enterpriseIssuers: readonly string[];
  readonly resources: readonly ApiResource[];
  readonly dynamicRegistration: 'open' | 'closed';
  readonly clientIdMetadataDocuments: 'on' | 'off';
}): Record<string, unknown> {
  return {
    registration_endpoint: dynamicRegistration === 'open' ? `${issuer}/oauth/register` : undefined,
    revocation_endpoint_auth_methods_supported: ['none', ...confidentialAuthMethods],
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: confidentialAuthMethods,
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    client_id_metadata_document_supported: documents === 'on',
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    prompt_values_supported: promptValues,
    ui_locales_supported: languageCodes,
    status_list_aggregation_endpoint: statusListResources.length > 0 ? `${issuer}${statusListsPath}` : undefined,
    protected_resources: resources.map(({ audience }) => audience),
    authorization_grant_profiles_supported: enterpriseIssuers.length > 0 ? [idJagProfile] : undefined,
    service_documentation: docsUrl ?? `${issuer}/docs`,
    op_policy_uri: privacyUrl,
    op_tos_uri: termsUrl,
  };
}
