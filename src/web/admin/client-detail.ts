/** Everything that the page of a client shows, from where it stands. */
import type { ClientDetail } from '../../../views/admin/client.ts';
import { parseScope } from '../../policy/scopes.ts';
import { searchAudit } from '../../store/audit-list.ts';
import { countPeople, mostCounted } from '../../store/client-search.ts';
import { listClientSecrets } from '../../store/client-secrets.ts';
import type { Client } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import { actorNames } from './actor-names.ts';
import { clientState } from './client-state.ts';

export function usesSecret({ token_endpoint_auth_method: method }: Client): boolean {
  return method.startsWith('client_secret_');
}

export async function clientDetail(db: Db, client: Client): Promise<ClientDetail> {
  const optional = parseScope(client.optional_scope);
  const people = await countPeople(db, client.client_id);
  return {
    clientId: client.client_id,
    name: client.client_name,
    state: clientState(client),
    type: client.type,
    ...(client.gateway_resource && { gatewayOf: client.gateway_resource }),
    authMethod: client.token_endpoint_auth_method,
    ...(client.owner_name && { owner: client.owner_name }),
    contacts: client.contacts,
    ...(client.client_uri && { homepage: client.client_uri }),
    redirectUris: client.redirect_uris,
    grantTypes: client.grant_types,
    required: parseScope(client.scope).filter((scope) => !optional.includes(scope)),
    optional,
    firstParty: client.first_party,
    created: client.created_at,
    people: people < mostCounted ? people.toLocaleString('en') : `${mostCounted.toLocaleString('en')}+`,
    verification: await verification(db, client.client_id),
    ...(usesSecret(client) && { secrets: await secretsOf(db, client.client_id) }),
  };
}

async function secretsOf(db: Db, clientId: string) {
  return (await listClientSecrets(db, clientId)).map((secret) => ({
    id: secret.id,
    created: secret.created_at,
    ...(secret.last_used_at && { lastUsed: secret.last_used_at }),
    ...(secret.expires_at && { expires: secret.expires_at }),
  }));
}

/** The last of each kind, the newest first. */
async function verification(db: Db, clientId: string): Promise<ClientDetail['verification']> {
  const target = `client:${clientId}`;
  const found = await Promise.all(
    ['client.verified', 'client.unverified'].map((action) => searchAudit(db, { filter: { target, action }, limit: 3 })),
  );
  const events = found.flat().sort((one, other) => Number(BigInt(other.seq) - BigInt(one.seq)));
  const names = await actorNames(db, events);
  return events.slice(0, 3).map((event) => {
    const { reason } = event.details as { reason?: string };
    const by = names(event.actor);
    return { verified: event.action === 'client.verified', by, at: event.at, ...(reason && { reason }) };
  });
}
