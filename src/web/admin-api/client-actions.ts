/** /admin/v1/clients/{client_id}/…: changes of state, and secrets. */

import { z } from 'zod';
import type { Actor } from '../../operations/actor.ts';
import { sendBackClient, submitForReview, verifyClient } from '../../operations/client-review.ts';
import { removeSecret } from '../../operations/client-secrets.ts';
import { disableClient, enableClient, rotateSecret } from '../../operations/clients.ts';
import { giveBack } from '../../operations/give-back.ts';
import { decidableFields } from '../../policy/client/admin-decisions.ts';
import { clientDocument, clientShape } from '../../policy/client/document.ts';
import type { AdminScope } from '../../policy/scopes.ts';
import { listClientSecrets } from '../../store/client-secrets.ts';
import { type Client, getClient, lockClient } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import { oneClient, shown } from './clients.ts';
import { clientWithSecret, deleted, deletedShape, newSecretShape, secretShape } from './documents.ts';
import { clientId, neededReason, reason, serial } from './fields.ts';
import { operation } from './operation.ts';
import { requireVersion } from './versions.ts';

const aVerdict = ['clients:write', 'verifications:write'] as const;

export const clientActions = [
  action('submit', 'Put a draft in review', reason, submitForReview),
  action('verify', 'Record that VibeCaaS has checked who runs the client', neededReason, verifyClient, {
    example: 'Company register checked.',
    scopes: aVerdict,
  }),
  action(
    'send_back',
    'Send a client in review, or one that was verified, back to draft',
    neededReason,
    sendBackClient,
    { example: 'The privacy policy is missing.', scopes: aVerdict },
  ),
  action('disable', 'Suspend a client: all its tokens end at once', neededReason, disableClient, {
    example: 'Reported as fraud.',
  }),
  action('enable', 'Lift the suspension; tokens from before stay revoked', reason, enableClient),
];

export const decisionOperations = [
  operation({
    id: 'clients.give_back',
    method: 'POST',
    path: '/clients/{client_id}/give-back',
    summary: 'Take back what an admin has decided about a client that describes itself',
    description:
      'What the client says of itself counts again in this field, and in those that mean something only with it. `admin_decisions` lists the fields.',
    scopes: ['clients:write'],
    params: oneClient,
    body: z.strictObject({ field: z.enum(decidableFields) }),
    example: { field: 'redirect_uris' },
    data: clientWithSecret,
    versioned: true,
    async run({ db, params, body, actor, ifMatch }) {
      const before = await lockClient(db, params.client_id);
      requireVersion(ifMatch, 'client', clientDocument(before));
      const { client, clientSecret } = await giveBack(db, params.client_id, body.field, actor);
      return shown(client, clientSecret);
    },
  }),
];

export const secretOperations = [
  operation({
    id: 'secrets.list',
    method: 'GET',
    path: '/clients/{client_id}/secrets',
    summary: 'List the valid secrets of a client: when they were created, last used, and end; never their values',
    scopes: ['clients:read'],
    params: oneClient,
    data: secretShape,
    list: true,
    async run({ db, params }) {
      await getClient(db, params.client_id);
      const secrets = await listClientSecrets(db, params.client_id);
      return { data: secrets, total: secrets.length };
    },
  }),
  operation({
    id: 'secrets.create',
    method: 'POST',
    path: '/clients/{client_id}/secrets',
    summary: 'Give a client a new secret',
    description:
      'Only this answer has it. The previous secret stays valid for `keep_old_days`; without that, it ends now.',
    scopes: ['clients:write'],
    params: oneClient,
    body: z.strictObject({ keep_old_days: z.int().min(0).max(90).default(0) }),
    example: { keep_old_days: 7 },
    status: 201,
    data: newSecretShape,
    async run({ db, params, body, actor }) {
      const { clientSecret } = await rotateSecret(db, params.client_id, { keepOldForDays: body.keep_old_days }, actor);
      return { data: { client_id: params.client_id, client_secret: clientSecret } };
    },
  }),
  operation({
    id: 'secrets.delete',
    method: 'DELETE',
    path: '/clients/{client_id}/secrets/{secret_id}',
    summary: 'End one secret now',
    needsReason: true,
    scopes: ['clients:write'],
    params: z.strictObject({ client_id: clientId, secret_id: serial }),
    data: deletedShape,
    async run({ db, params, actor }) {
      await removeSecret(db, { clientId: params.client_id, secretId: params.secret_id }, actor);
      return { data: deleted(params.secret_id) };
    },
  }),
];

/** `example` is an example of a reason. */
function action(
  verb: string,
  summary: string,
  body: typeof reason | typeof neededReason,
  act: (db: Db, clientId: string, actor: Actor, reason: string) => Promise<Client>,
  { example, scopes = ['clients:write'] }: { example?: string; scopes?: readonly AdminScope[] } = {},
) {
  return operation({
    id: `clients.${verb}`,
    method: 'POST',
    path: `/clients/{client_id}/${verb.replace('_', '-')}`,
    summary,
    scopes,
    params: oneClient,
    body,
    ...(example && { example: { reason: example } }),
    data: clientShape,
    versioned: true,
    async run({ db, params, body: said, actor, ifMatch }) {
      const before = await lockClient(db, params.client_id);
      requireVersion(ifMatch, 'client', clientDocument(before));
      return shown(await act(db, params.client_id, actor, said.reason ?? ''));
    },
  });
}
