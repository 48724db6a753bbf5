/** /admin/v1/grants: what users have allowed apps, one grant for each connection. */
import { z } from 'zod';
import { disconnect, revokeGrant } from '../../operations/grants.ts';
import { getAccount } from '../../store/accounts.ts';
import { pageOfGrants } from '../../store/admin-lists.ts';
import { getClient } from '../../store/clients.ts';
import { deleted, deletedShape, disconnectedShape, grantShape } from './documents.ts';
import { accountId, clientId, grantFilter, opaqueId } from './fields.ts';
import { operation } from './operation.ts';

export const grantOperations = [
  operation({
    id: 'grants.list',
    method: 'GET',
    path: '/grants',
    summary: 'List valid grants of an account, of a client or of all, the newest first',
    scopes: ['accounts:read'],
    query: grantFilter,
    data: grantShape,
    list: true,
    async run({ db, query }) {
      const { rows, total } = await pageOfGrants(db, query, query);
      return { data: rows, total };
    },
  }),
  operation({
    id: 'grants.revoke',
    method: 'DELETE',
    path: '/grants/{grant_id}',
    summary: 'End one grant: its refresh token and every access token from it',
    needsReason: true,
    scopes: ['accounts:write'],
    params: z.strictObject({ grant_id: opaqueId }),
    data: deletedShape,
    async run({ db, params, actor }) {
      await revokeGrant(db, params.grant_id, actor);
      return { data: deleted(params.grant_id) };
    },
  }),
  operation({
    id: 'grants.disconnect',
    method: 'POST',
    path: '/grants/disconnect',
    summary: 'Disconnect an app from an account: the consent and every grant end',
    needsReason: true,
    scopes: ['accounts:write'],
    body: z.strictObject({ account_id: accountId, client_id: clientId }),
    example: { account_id: 'acc_r5nXq2Wv0bJc8tYkLm1ZDw', client_id: 'example-notes' },
    data: disconnectedShape,
    async run({ db, body, actor }) {
      const [{ id }, client] = [await getAccount(db, body.account_id), await getClient(db, body.client_id)];
      const { familiesEnded } = await disconnect(db, { accountId: id, clientId: client.client_id }, actor);
      return { data: { families_ended: familiesEnded } };
    },
  }),
];
