/** /admin/v1/clients/{client_id}/webhook/…: the log of deliveries, test events and replays. */
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { replayDelivery, replayFailed, requireDeliveries, sendTestEvent } from '../../operations/webhook-replays.ts';
import { getClient } from '../../store/clients.ts';
import { findDelivery, listDeliveries } from '../../store/webhook-deliveries.ts';
import { oneClient } from './clients.ts';
import { clientId, moment, onePage, opaqueId } from './fields.ts';
import { operation } from './operation.ts';
import { deliveryDocument, deliveryShape, listedDeliveryShape, queuedShape } from './webhook-documents.ts';

const path = '/clients/{client_id}/webhook';
const oneDelivery = z.strictObject({ client_id: clientId, delivery_id: opaqueId });

export const webhookDeliveryOperations = [
  operation({
    id: 'webhooks.test',
    method: 'POST',
    path: `${path}/test`,
    summary: 'Send an event of type webhook.test',
    scopes: ['clients:write'],
    params: oneClient,
    data: queuedShape,
    async run({ db, params: { client_id: id }, actor }) {
      await sendTestEvent(db, id, actor);
      return { data: { queued: 1 } };
    },
  }),
  operation({
    id: 'webhook_deliveries.list',
    method: 'GET',
    path: `${path}/deliveries`,
    summary: 'List what was sent to a client, the newest first, with the result of the last attempt',
    description: 'Events of its webhook, and logout tokens, whose type is `backchannel_logout`.',
    scopes: ['clients:read'],
    params: oneClient,
    query: z.strictObject({ ...onePage, status: z.enum(['pending', 'delivered', 'failed']).optional() }),
    data: listedDeliveryShape,
    list: true,
    async run({ db, params, query: { status, ...page } }) {
      await requireDeliveries(db, await getClient(db, params.client_id));
      const { rows, total } = await listDeliveries(db, params.client_id, status ? { status } : {}, page);
      return { data: rows.map(({ seq, ...row }) => row), total };
    },
  }),
  operation({
    id: 'webhook_deliveries.get',
    method: 'GET',
    path: `${path}/deliveries/{delivery_id}`,
    summary: 'Read one event, or what one logout token was made from, with every attempt',
    scopes: ['clients:read'],
    params: oneDelivery,
    data: deliveryShape,
    async run({ db, params }) {
      const found = await findDelivery(db, params.client_id, params.delivery_id);
      if (!found) throw new AppError('not_found', 'There is no such event, or it is older than the log');
      return { data: deliveryDocument(found) };
    },
  }),
  operation({
    id: 'webhook_deliveries.replay',
    method: 'POST',
    path: `${path}/deliveries/{delivery_id}/replay`,
    summary: 'Send one event again, under its own id, or make and send one logout token again',
    scopes: ['clients:write'],
    params: oneDelivery,
    data: queuedShape,
    async run({ db, params, actor }) {
      await replayDelivery(db, params.client_id, params.delivery_id, actor);
      return { data: { queued: 1 } };
    },
  }),
  operation({
    id: 'webhooks.replay',
    method: 'POST',
    path: `${path}/replay`,
    summary: 'Send everything again that failed since a given time',
    scopes: ['clients:write'],
    params: oneClient,
    body: z.strictObject({ failed_since: moment }),
    example: { failed_since: '2026-11-01T00:00:00Z' },
    data: queuedShape,
    async run({ db, params: { client_id: id }, body, actor }) {
      return { data: { queued: await replayFailed(db, id, new Date(body.failed_since), actor) } };
    },
  }),
];
