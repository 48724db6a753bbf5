/** A client as the pages show it. */
import type { Client } from 'oidc-provider';
import type { App } from '../../../views/app-identity.ts';
import { speech } from '../../../views/messages/index.ts';
import { nameFor } from '../../policy/client/names.ts';
import { linkOf, type ReadField, readFieldNames } from '../../policy/client/read-fields.ts';
import { appStanding } from '../../policy/client/standing.ts';
import { logoPath } from '../../policy/logos.ts';

export function clientView(client: Client): App {
  const registered: Readonly<Partial<Record<ReadField, string>>> = client.metadata();
  return {
    clientId: client.clientId,
    name: nameFor(registered, speech().code) ?? client.clientId,
    description: client.description,
    owner: client.owner_name,
    homepage: client.clientUri,
    links: readFieldNames.flatMap((name) => {
      const [href, link] = [registered[name], linkOf(name)];
      return href && link ? [{ ...link, href }] : [];
    }),
    ...(client.logo_hash && { logo: logoPath(client.logo_hash) }),
    standing: appStanding(client),
    ...(client.verified_at && { verifiedAt: new Date(client.verified_at) }),
    ...(client.submitted_at && { reviewSince: new Date(client.submitted_at) }),
  };
}
