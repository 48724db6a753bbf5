/** A client as the pages show it. */
import type { Client } from 'oidc-provider';
import type { App } from '../../views/app-identity.ts';
import { logoPath } from '../policy/logos.ts';

export function appView(client: Client): App {
  const hash = client.logo_hash as string | undefined;
  return {
    clientId: client.clientId,
    name: client.clientName ?? client.clientId,
    description: client.description as string | undefined,
    owner: client.owner_name as string | undefined,
    homepage: client.clientUri,
    policy: client.policyUri,
    terms: client.tosUri,
    ...(hash && { logo: logoPath(hash) }),
    standing: client.first_party ? 'own' : client.verified ? 'verified' : 'unchecked',
  };
}
