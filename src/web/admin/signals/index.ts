/** Streams of Shared Signals: the list, one stream, and the pages that pause, resume and remove it. */
import type { Context } from 'koa';
import { type StreamRow, streamPath, streamsPage } from '../../../../views/admin/signals/list.ts';
import {
  type StreamAct,
  type StreamDetail,
  streamActPage,
  streamActs,
  streamPage,
} from '../../../../views/admin/signals/one.ts';
import type { Actor } from '../../../operations/actor.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import { getShownStream, type ShownStream, shownStream } from '../../../operations/shown-streams.ts';
import { decideStreamStatus, removeStreamOf } from '../../../operations/signal-streams.ts';
import type { Db } from '../../../store/database.ts';
import { countSignalStreams, listSignalStreams } from '../../../store/signal-backlog.ts';
import type { WebDeps } from '../../deps.ts';
import { clientIdOf } from '../clients/subject.ts';
import { done, framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { numberedWays, pageAsked, pagerLinks, rowsPerPage } from '../paging.ts';
import { readReason } from '../reason.ts';

const path = '/signals/:id';

const acts = {
  pause: [(db, id, actor) => decideStreamStatus(db, id, 'paused', actor), 'stream-paused'],
  enable: [(db, id, actor) => decideStreamStatus(db, id, 'enabled', actor), 'stream-enabled'],
  remove: [removeStreamOf, 'stream-removed'],
} as const satisfies Record<StreamAct, [(db: Db, id: string, actor: Actor) => Promise<void>, string]>;

export function signalPages(pages: AdminPages, { db }: Pick<WebDeps, 'db'>): void {
  pages.read('/signals', async (ctx, admin, reads) => {
    const { number } = pageAsked(ctx);
    const found = await listSignalStreams(reads, { limit: rowsPerPage + 1, offset: (number - 1) * rowsPerPage });
    const ways = numberedWays(found, number);
    const total = await countSignalStreams(reads);
    const rows = ways.rows.map((stream) => rowOf(shownStream(stream)));
    ctx.body = streamsPage({
      frame: framed(ctx, admin),
      rows,
      links: pagerLinks({}, { number }, ways, total),
      now: new Date(),
    });
  });
  pages.show(path, async (ctx, admin) => {
    const stream = detailOf(await shown(ctx, db));
    ctx.body = streamPage({ frame: framed(ctx, admin), stream, now: new Date() });
  });
  for (const act of streamActs) {
    pages.show(`${path}/${act}`, async (ctx, admin) => {
      const stream = rowOf(await shown(ctx, db));
      ctx.body = streamActPage({ frame: framed(ctx, admin), stream, act, problems: {}, reason: '' });
    });
    pages.change(`${path}/${act}`, async (ctx, admin, form) => {
      const stream = rowOf(await shown(ctx, db));
      const { reason, problem } = readReason(form);
      if (problem) {
        ctx.status = 422;
        ctx.body = streamActPage({ frame: framed(ctx, admin), stream, act, problems: { reason: problem }, reason });
        return;
      }
      const [change, notice] = acts[act];
      await change(db, stream.clientId, actorWithReason(admin.actor, reason));
      done(ctx, notice, act === 'remove' ? '/admin/signals' : streamPath(stream.clientId));
    });
  }
}

const shown = (ctx: Context, db: Db): Promise<ShownStream> => getShownStream(db, clientIdOf(ctx));

function rowOf(stream: ShownStream): StreamRow {
  const { client_id: clientId, client_name: name, state, waiting, delivered_at: delivered, error } = stream;
  return {
    ...{ clientId, name, state, waiting },
    pushes: stream.endpoint_url !== null,
    ...(delivered && { delivered }),
    ...(error !== null && { error }),
  };
}

function detailOf(stream: ShownStream): StreamDetail {
  const { endpoint_url: url, description, reason, failing_since: failingSince, next_attempt_at: next } = stream;
  return {
    ...rowOf(stream),
    id: stream.stream_id,
    events: stream.events_requested,
    pausedByAdmin: stream.paused_by_admin,
    lateSeconds: stream.late_seconds,
    failures: stream.failures,
    removed: stream.subjects_removed,
    created: stream.created_at,
    ...(url !== null && { url }),
    ...(description !== null && { description }),
    ...(reason !== null && { reason }),
    ...(failingSince && { failingSince }),
    ...(next && { next }),
  };
}
