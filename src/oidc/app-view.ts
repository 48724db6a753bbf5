/** A client as the pages show it. */
import type { Client } from 'oidc-provider';
import type { App } from '../../views/app-identity.ts';

export function appView(client: Client): App {
  return {
    clientId: client.clientId,
    name: client.clientName ?? client.clientId,
    owner: client.owner_name as string | undefined,
    homepage: client.clientUri,
    verified: client.verified === true,
  };
}
