/** A client as the pages show it. */
import type { Client } from 'oidc-provider';
import type { App } from '../../../views/app-identity.ts';
import { clientFields, type FieldsWith, fieldsWhere } from '../../policy/client/schema.ts';
import { appStanding } from '../../policy/client/standing.ts';
import { logoPath } from '../../policy/logos.ts';

const linked = fieldsWhere<FieldsWith<'read', true>>(({ link }) => link !== undefined);

export function clientView(client: Client): App {
  const metadata = client.metadata();
  return {
    clientId: client.clientId,
    name: client.clientName ?? client.clientId,
    description: client.description,
    owner: client.owner_name,
    homepage: client.clientUri,
    links: linked.flatMap((name) => {
      const [href, link] = [metadata[name], clientFields[name].link];
      return href && link ? [{ ...link, href }] : [];
    }),
    ...(client.logo_hash && { logo: logoPath(client.logo_hash) }),
    standing: appStanding(client),
    ...(client.verified_at && { verifiedAt: new Date(client.verified_at) }),
    ...(client.submitted_at && { reviewSince: new Date(client.submitted_at) }),
  };
}
