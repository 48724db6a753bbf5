/** A client as the pages show it. */
import type { Client } from 'oidc-provider';
import type { App } from '../../../views/app-identity.ts';
import { appStanding } from '../../policy/client/standing.ts';
import { logoPath } from '../../policy/logos.ts';

/** Our own metadata as the engine keeps it; times are ISO strings. */
interface OurMetadata {
  readonly first_party?: boolean;
  readonly verified_at?: string;
  readonly submitted_at?: string;
  readonly logo_hash?: string;
}

export function clientView(client: Client): App {
  const ours = client as OurMetadata;
  return {
    clientId: client.clientId,
    name: client.clientName ?? client.clientId,
    description: client.description as string | undefined,
    owner: client.owner_name as string | undefined,
    homepage: client.clientUri,
    policy: client.policyUri,
    terms: client.tosUri,
    ...(ours.logo_hash && { logo: logoPath(ours.logo_hash) }),
    standing: appStanding(ours),
    ...(ours.verified_at && { verifiedAt: new Date(ours.verified_at) }),
    ...(ours.submitted_at && { reviewSince: new Date(ours.submitted_at) }),
  };
}
