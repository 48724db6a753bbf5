/** /admin/v1/signal-streams: the streams of Shared Signals that receivers have made. */
import { z } from 'zod';
import { getShownStream, shownStream } from '../../operations/shown-streams.ts';
import { decideStreamStatus, removeStreamOf } from '../../operations/signal-streams.ts';
import { countSignalStreams, listSignalStreams } from '../../store/signal-backlog.ts';
import { oneClient } from './clients.ts';
import { deleted, deletedShape } from './documents.ts';
import { onePage } from './fields.ts';
import { operation } from './operation.ts';
import { signalStreamShape } from './signal-stream-shape.ts';

const path = '/clients/{client_id}/signal-stream';
export const signalStreamOperations = [
  operation({
    id: 'signal_streams.list',
    method: 'GET',
    path: '/signal-streams',
    summary: 'List the streams of Shared Signals',
    scopes: ['clients:read'],
    query: z.strictObject(onePage),
    data: signalStreamShape,
    list: true,
    async run({ db, query: { page, per_page: limit } }) {
      const rows = await listSignalStreams(db, { limit, offset: (page - 1) * limit });
      return { data: rows.map(shownStream), total: await countSignalStreams(db) };
    },
  }),
  operation({
    id: 'signal_streams.get',
    method: 'GET',
    path,
    summary: 'Read the stream of a client',
    scopes: ['clients:read'],
    params: oneClient,
    data: signalStreamShape,
    run: async ({ db, params }) => ({ data: await getShownStream(db, params.client_id) }),
  }),
  operation({
    id: 'signal_streams.update',
    method: 'PATCH',
    path,
    summary: 'Pause the stream of a client, or resume it',
    description:
      'Its receiver is told, and can’t resume or delete what an admin has paused. Signals that are not older than seven days come when it is resumed.',
    needsReason: true,
    scopes: ['clients:write'],
    params: oneClient,
    body: z.strictObject({ status: z.enum(['enabled', 'paused']) }),
    example: { status: 'paused' },
    data: signalStreamShape,
    async run({ db, params: { client_id: id }, body, actor }) {
      await decideStreamStatus(db, id, body.status, actor);
      return { data: await getShownStream(db, id) };
    },
  }),
  operation({
    id: 'signal_streams.delete',
    method: 'DELETE',
    path,
    summary: 'Remove the stream of a client',
    description: 'What it has not taken is lost for its receiver, which may create another stream.',
    needsReason: true,
    scopes: ['clients:write'],
    params: oneClient,
    data: deletedShape,
    async run({ db, params: { client_id: id }, actor }) {
      await removeStreamOf(db, id, actor);
      return { data: deleted(id) };
    },
  }),
];
