/** vcauth signals: the streams of Shared Signals that receivers have made. */
import { actorWithReason } from '../operations/client-record.ts';
import { getShownStream, type ShownStream, shownStream } from '../operations/shown-streams.ts';
import { decideStreamStatus, removeStreamOf } from '../operations/signal-streams.ts';
import { type ListedStream, listSignalStreams } from '../store/signal-backlog.ts';
import { command } from './command.ts';
import { type Output, time } from './output.ts';
import { limitOption, paged } from './paged.ts';
import { reasonOption } from './reason.ts';
import { yesOption } from './terminal.ts';

const argument = { name: 'client_id' };

const list = command({
  summary: 'List the streams of all receivers',
  options: limitOption,
  examples: ['signals list'],
  async run({ options, out, here }) {
    const db = await here.database();
    await out.list(
      paged(
        (page) => listSignalStreams(db, page),
        ({ client_id }) => client_id,
        options.limit,
      ),
      {
        document: shownStream,
        columns: {
          client_id: ({ client_id }) => client_id,
          delivery: (stream) => deliveryOf(shownStream(stream)),
          state: (stream) => shownStream(stream).state,
          waiting: (stream) => waitingOf(stream),
          'last delivered': ({ delivered_at: at }) => time(at),
          'last error': ({ error }) => error ?? '–',
        },
        empty: 'No streams. A receiver creates its own: docs/shared-signals.md.',
      },
    );
  },
});

const show = command({
  summary: 'Show the stream of a receiver',
  argument,
  options: {},
  examples: ['signals show fraud-detection'],
  run: async ({ argument: id, out, here }) => print(out, await getShownStream(await here.database(), id)),
});

const changeTo = (status: 'enabled' | 'paused', verb: 'pause' | 'enable', summary: string, reason: string) =>
  command({
    summary,
    argument,
    options: reasonOption,
    examples: [`signals ${verb} fraud-detection --reason "${reason}"`],
    async run({ argument: id, options, out, here }) {
      const db = await here.database();
      await decideStreamStatus(db, id, status, actorWithReason(here.actor(), options.reason));
      print(out, await getShownStream(db, id));
    },
  });

const remove = command({
  summary: 'Remove the stream of a receiver',
  details: 'What it has not taken is lost for the receiver, which may create another stream.',
  argument,
  options: { ...yesOption, ...reasonOption },
  examples: ['signals remove fraud-detection --yes --reason "Nobody uses it any more."'],
  async run({ argument: id, options, out, here, terminal }) {
    const db = await here.database();
    const { waiting } = await getShownStream(db, id);
    const lost = waiting === 0 ? '' : `; signals that wait (${waiting}) are lost for it`;
    await terminal.confirmByTyping(id, `This removes the stream of ${id}${lost}.`, options.yes);
    await removeStreamOf(db, id, actorWithReason(here.actor(), options.reason));
    out.item({ client_id: id, deleted: true }, [['deleted', id]]);
  },
});

export const signals = {
  list,
  show,
  pause: changeTo('paused', 'pause', 'Pause a stream until you enable it again', 'It moves to another data centre.'),
  enable: changeTo('enabled', 'enable', 'Resume a stream that was paused', 'Its certificate is right again.'),
  remove,
};

const deliveryOf = ({ endpoint_url: url }: ShownStream) => (url === null ? 'poll' : `push to ${url}`);
const waitingOf = ({ waiting }: Pick<ListedStream, 'waiting'>) => (waiting < 1_000 ? String(waiting) : '1000 or more');

function print(out: Output, stream: ShownStream): void {
  out.item(stream, [
    ['client_id', stream.client_id],
    ['stream_id', stream.stream_id],
    ['delivery', deliveryOf(stream)],
    ['state', stream.state],
    ['reason', stream.reason ?? '–'],
    ['waiting', waitingOf(stream)],
    ['last delivered', time(stream.delivered_at)],
    ['failures', String(stream.failures)],
    ['last error', stream.error ?? '–'],
    ['next attempt', time(stream.next_attempt_at)],
    ['created', time(stream.created_at)],
  ]);
}
