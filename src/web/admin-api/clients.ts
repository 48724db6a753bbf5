/** /admin/v1/clients: the registered apps. */

import { z } from 'zod';
import { webhookRules } from '../../config/rules.ts';
import { deleteClient } from '../../operations/client-deletion.ts';
import { createClient, updateClient } from '../../operations/clients.ts';
import { findSimilarNames } from '../../operations/similar-names.ts';
import { clientDocument, clientShape } from '../../policy/client/document.ts';
import { nameFields, namesOf } from '../../policy/client/names.ts';
import type { ClientInput } from '../../policy/client/schema.ts';
import { type ClientFilter, pageOfClients } from '../../store/client-search.ts';
import { type Client, getClient, lockClient } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import { clientWithSecret, deleted, deletedShape, etagOf } from './documents.ts';
import { clientChanges, clientFilter, clientId, newClient } from './fields.ts';
import { type Answer, operation } from './operation.ts';
import { invalid } from './refusal.ts';
import { requireVersion } from './versions.ts';

export const oneClient = z.strictObject({ client_id: clientId });

export const clientOperations = [
  operation({
    id: 'clients.list',
    method: 'GET',
    path: '/clients',
    summary: 'List clients by name',
    scopes: ['clients:read'],
    query: clientFilter,
    data: clientShape,
    list: true,
    async run({ db, query }) {
      const { rows, total } = await pageOfClients(db, query, query as ClientFilter);
      return { data: rows.map(clientDocument), total };
    },
  }),
  operation({
    id: 'clients.create',
    method: 'POST',
    path: '/clients',
    summary: 'Register a client',
    description:
      'Fields that are missing or null get the safe default of the type. Only this answer has the new secret. Only type `service` can have scopes of the admin API, and only those that the caller has. `gateway_resource` needs `gateways:write` too, `first_party` needs `first_party:write`, an admin as owner `admins:write`.',
    scopes: ['clients:write'],
    body: newClient,
    example: {
      client_id: 'example-notes',
      client_name: 'Example Notes',
      type: 'web',
      redirect_uris: ['https://notes.example/callback'],
      scope: 'projects:read',
    },
    status: 201,
    data: clientWithSecret,
    versioned: true,
    async run({ db, body, actor, deps }) {
      const outbound = webhookRules(deps.config);
      const { client, clientSecret } = await createClient(db, body as ClientInput, actor, { outbound });
      return withSimilarNames(db, client, shown(client, clientSecret));
    },
  }),
  operation({
    id: 'clients.get',
    method: 'GET',
    path: '/clients/{client_id}',
    summary: 'Read a client',
    scopes: ['clients:read'],
    params: oneClient,
    data: clientShape,
    versioned: true,
    run: async ({ db, params }) => shown(await getClient(db, params.client_id)),
  }),
  operation({
    id: 'clients.update',
    method: 'PATCH',
    path: '/clients/{client_id}',
    summary: 'Change a client',
    description:
      'Only the named fields change; null resets one to its default. With `If-Match`, nothing is changed (412) if somebody else has changed the client since. A client that now needs a secret gets one; only this answer has it. A gateway, a first-party or verified client, one with scopes of the admin API, or one that an admin owns needs that power too, in this and every other operation.',
    scopes: ['clients:write'],
    params: oneClient,
    body: clientChanges,
    example: { owner_name: 'Example Company Ltd' },
    data: clientWithSecret,
    versioned: true,
    run: ({ db, params, body, actor, ifMatch, deps }) =>
      db.transaction(async (trx) => {
        if (Object.keys(body).length === 0) throw invalid({ body: 'must name at least one field' });
        const before = await lockClient(trx, params.client_id);
        requireVersion(ifMatch, 'client', clientDocument(before));
        const changes = body as Partial<ClientInput>;
        const how = { outbound: webhookRules(deps.config) };
        const { client, clientSecret } = await updateClient(trx, params.client_id, changes, actor, how);
        const answer = shown(client, clientSecret);
        return nameFields.some((name) => name in body) ? withSimilarNames(trx, client, answer) : answer;
      }),
  }),
  operation({
    id: 'clients.delete',
    method: 'DELETE',
    path: '/clients/{client_id}',
    summary: 'Delete a client with its secrets, consents and tokens; this cannot be undone',
    description:
      'The document of a client whose id is a URL registers it again when somebody uses it. If it was suspended, or admins have decided anything else about it, a rule blocks it from then on.',
    needsReason: true,
    scopes: ['clients:write'],
    params: oneClient,
    data: deletedShape,
    async run({ db, params, actor }) {
      await deleteClient(db, params.client_id, actor);
      return { data: deleted(params.client_id) };
    },
  }),
];

export function shown(client: Client, secret?: string): Answer {
  const document = clientDocument(client);
  return { data: secret === undefined ? document : { ...document, client_secret: secret }, etag: etagOf(document) };
}

/** Names the verified clients whose names people could take for this one's. Such a name is allowed. */
async function withSimilarNames(db: Db, client: Client, answer: Answer): Promise<Answer> {
  const similar = await findSimilarNames(db, namesOf(client), client.client_id);
  if (similar.length === 0) return answer;
  return { ...answer, data: { ...(answer.data as object), looks_like: similar.map((one) => one.client_id) } };
}
