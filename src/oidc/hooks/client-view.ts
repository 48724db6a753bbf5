/** A client as the pages show it. */
import type { Client } from 'oidc-provider';
import type { App } from '../../../views/app-identity.ts';
import { clientFields, type FieldsWith, fieldsWhere } from '../../policy/client/schema.ts';
import { appStanding } from '../../policy/client/standing.ts';
import { logoPath } from '../../policy/logos.ts';

/** Our own metadata as the engine keeps it; times are ISO strings. */
type OurMetadata = {
  readonly [Name in FieldsWith<'read', true>]?: string;
} & {
  readonly first_party?: boolean;
  readonly verified_at?: string;
  readonly submitted_at?: string;
  readonly logo_hash?: string;
};

const linked = fieldsWhere<FieldsWith<'read', true>>(({ link }) => link !== undefined);

export function clientView(client: Client): App {
  const ours: OurMetadata = client.metadata();
  return {
    clientId: client.clientId,
    name: ours.client_name ?? client.clientId,
    description: ours.description,
    owner: ours.owner_name,
    homepage: ours.client_uri,
    links: linked.flatMap((name) => {
      const [href, link] = [ours[name], clientFields[name].link];
      return href && link ? [{ ...link, href }] : [];
    }),
    ...(ours.logo_hash && { logo: logoPath(ours.logo_hash) }),
    standing: appStanding(ours),
    ...(ours.verified_at && { verifiedAt: new Date(ours.verified_at) }),
    ...(ours.submitted_at && { reviewSince: new Date(ours.submitted_at) }),
  };
}
