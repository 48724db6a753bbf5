/** A client as the pages show it. */
import type { Client } from 'oidc-provider';
import type { App } from '../../../views/app-identity.ts';
import { speech } from '../../../views/messages/index.ts';
import { nameFor } from '../../policy/client/names.ts';
import { linkOf, type ReadField, readFieldNames } from '../../policy/client/read-fields.ts';
import { appStanding } from '../../policy/client/standing.ts';
import { logoPath } from '../../policy/logos.ts';
import type { Client as StoredClient } from '../../store/clients.ts';

type Registered = Readonly<Partial<Record<ReadField, string | null>>>;
type Facts = Parameters<typeof appStanding>[0] & { readonly logo_hash?: string | null | undefined };

export function clientView(client: Client): App {
  return viewOf(client.clientId, client.metadata(), client);
}

/** The same of a client in the database. The engine finds no client that is suspended or blocked. */
export function storedView(client: StoredClient): App {
  return viewOf(client.client_id, client, client);
}

function viewOf(clientId: string, registered: Registered, facts: Facts): App {
  return {
    clientId,
    name: nameFor(registered, speech().code) ?? clientId,
    description: registered.description ?? undefined,
    owner: registered.owner_name ?? undefined,
    homepage: registered.client_uri ?? undefined,
    links: readFieldNames.flatMap((name) => {
      const [href, link] = [registered[name], linkOf(name)];
      return href && link ? [{ ...link, href }] : [];
    }),
    ...(facts.logo_hash && { logo: logoPath(facts.logo_hash) }),
    standing: appStanding(facts),
    ...(facts.verified_at && { verifiedAt: new Date(facts.verified_at) }),
    ...(facts.submitted_at && { reviewSince: new Date(facts.submitted_at) }),
  };
}
