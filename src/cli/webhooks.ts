/** vcauth webhooks: the endpoints of apps, and what was sent there. */
import { webhookRules } from '../config/rules.ts';
import { AppError } from '../errors.ts';
import { actorWithReason } from '../operations/client-record.ts';
import { replayDelivery, replayFailed, requireDeliveries, sendTestEvent } from '../operations/webhook-replays.ts';
import { deleteWebhook, getWebhook, rotateWebhookSecret, setWebhook } from '../operations/webhooks.ts';
import { deliveryStatuses } from '../policy/webhook-attempts.ts';
import { webhookEvents } from '../policy/webhook-events.ts';
import { getClient } from '../store/clients.ts';
import { findDelivery, type ListedDelivery, listDeliveries } from '../store/webhook-deliveries.ts';
import { listWebhooks, type Webhook } from '../store/webhooks.ts';
import { command } from './command.ts';
import { readMoment } from './moment.ts';
import { type Output, time } from './output.ts';
import { limitOption, onePage, paged } from './paged.ts';
import { reasonOption } from './reason.ts';
import { yesOption } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const argument = { name: 'client_id' };

const list = command({
  summary: 'List the webhooks of all apps',
  options: limitOption,
  examples: ['webhooks list'],
  async run({ options, out, here }) {
    const db = await here.database();
    await out.list(
      paged(
        (page) => listWebhooks(db, page),
        ({ client_id }) => client_id,
        options.limit,
      ),
      {
        document: (webhook: Webhook) => webhook,
        columns: {
          client_id: ({ client_id }) => client_id,
          url: ({ url }) => url,
          state: stateOf,
          'last success': ({ succeeded_at: at }) => time(at),
        },
        empty: 'No webhooks. Set one up: vcauth webhooks set <client_id> --url https://…',
      },
    );
  },
});

const show = command({
  summary: 'Show the webhook of an app',
  argument,
  options: {},
  examples: ['webhooks show demo-app'],
  run: async ({ argument: id, out, here }) => print(out, await getWebhook(await here.database(), id)),
});

const set = command({
  summary: 'Set up the webhook of an app, or change it',
  details: `Events: ${webhookEvents.join(', ')}. All of them unless you name some.`,
  argument,
  options: {
    url: { type: 'text', value: 'URL', doc: 'where events are sent; https' },
    event: { type: 'list', value: 'EVENT', doc: 'send this event' },
    state: {
      type: 'text',
      choices: ['on', 'off'],
      doc: 'events that happen while it is off are not sent, not even later',
    },
  },
  examples: [
    'webhooks set demo-app --url https://notes.example/webhooks',
    'webhooks set demo-app --event grant.revoked --state on',
  ],
  async run({ argument: id, options: { url, event, state }, out, here }) {
    const [db, sealer] = [await here.database(), await here.sealer()];
    const input = { url, events: event, ...(state && { enabled: state === 'on' }) };
    const rules = webhookRules(here.config());
    const { secret } = await out.once(
      db,
      (trx) => setWebhook({ db: trx, sealer, rules }, id, input, here.actor()),
      (made) => print(out, made.webhook, made.secret),
    );
    if (secret) noteSecret(out);
  },
});

const rotateSecret = command({
  summary: 'Give a webhook a new signing secret',
  argument,
  options: {
    'keep-old-hours': { type: 'count', value: 'N', doc: 'both sign for N hours; 24 unless you say otherwise' },
  },
  examples: ['webhooks rotate-secret demo-app', 'webhooks rotate-secret demo-app --keep-old-hours 0'],
  async run({ argument: id, options, out, here }) {
    const keepOldForHours = options['keep-old-hours'];
    const [db, sealer] = [await here.database(), await here.sealer()];
    await out.once(
      db,
      (trx) => rotateWebhookSecret(trx, sealer, id, { keepOldForHours }, here.actor()),
      ({ secret }) =>
        out.item({ client_id: id, secret }, [
          ['client_id', id],
          ['secret', secret],
        ]),
    );
    noteSecret(out);
  },
});

const test = command({
  summary: 'Send an event of type webhook.test; a running server delivers it',
  argument,
  options: {},
  examples: ['webhooks test demo-app'],
  async run({ argument: id, out, here }) {
    await sendTestEvent(await here.database(), id, here.actor());
    out.item({ client_id: id, queued: 1 }, [['queued', '1']]);
  },
});

const deliveries = command({
  summary: 'List the events and logout tokens that an app was sent, the newest first',
  argument,
  options: {
    status: { type: 'text', choices: deliveryStatuses, doc: 'only these' },
    limit: { type: 'count', value: 'N', doc: 'only the first N; 100 unless you say otherwise' },
  },
  examples: ['webhooks deliveries demo-app', 'webhooks deliveries demo-app --status failed'],
  async run({ argument: id, options: { status, limit = 100 }, out, here }) {
    const db = await here.database();
    await requireDeliveries(db, await getClient(db, id));
    const { rows } = await listDeliveries(db, id, status ? { status } : {}, { page: 1, per_page: limit });
    await out.list(onePage(rows), {
      document: ({ seq, ...delivery }: ListedDelivery) => delivery,
      columns: {
        id: (row) => row.id,
        type: (row) => row.type,
        status: (row) => row.status,
        attempts: (row) => String(row.attempts),
        'last answer': (row) => row.last_error ?? String(row.last_status ?? '–'),
        created: (row) => time(row.created_at),
      },
      empty: 'Nothing was sent yet. Try it: vcauth webhooks test <client_id>',
    });
  },
});

const delivery = command({
  summary: 'Show one event with its attempts',
  argument,
  options: { id: { type: 'text', value: 'MSG_ID', required: true, doc: 'the id of the event' } },
  examples: ['webhooks delivery demo-app --id msg_…'],
  async run({ argument: clientId, options: { id }, out, here }) {
    const found = await findDelivery(await here.database(), clientId, id);
    if (!found) throw new AppError('not_found', `${clientId} was not sent an event ${id}`);
    const { type, status, body, due_at: due, created_at: created } = found.delivery;
    const tries = found.attempts.map((one): [string, string] => [
      `№ ${one.number}, ${time(one.at)}`,
      `${one.error ?? one.status}, ${one.duration_ms} ms`,
    ]);
    out.item(
      {
        id,
        client_id: clientId,
        type,
        status,
        body: JSON.parse(body),
        due_at: due,
        created_at: created,
        attempts: found.attempts,
      },
      [
        ['id', id],
        ['type', type],
        ['status', status],
        ['created', time(created)],
        ['next attempt', time(due)],
        ['body', body],
        ...tries,
      ],
    );
  },
});

const replay = command({
  summary: 'Send one event again, or all that failed since a moment',
  argument,
  options: {
    id: { type: 'text', value: 'MSG_ID', doc: 'this event, however it ended' },
    'failed-since': { type: 'text', value: 'TIME', doc: '2026-11-24 or 2026-11-24T07:50:00Z' },
  },
  examples: ['webhooks replay demo-app --id msg_…', 'webhooks replay demo-app --failed-since 2026-11-24'],
  async run({ argument: clientId, options: { id, 'failed-since': since }, out, here }) {
    if ((id === undefined) === (since === undefined)) throw new UsageError('Name either --id or --failed-since.');
    const moment = since === undefined ? undefined : readMoment('failed-since', since);
    const db = await here.database();
    let events = 1;
    if (moment) events = await replayFailed(db, clientId, moment, here.actor());
    else await replayDelivery(db, clientId, id as string, here.actor());
    out.item({ client_id: clientId, queued: events }, [['queued', String(events)]]);
  },
});

const remove = command({
  summary: 'Remove the webhook of an app with its secrets and its log',
  argument,
  options: { ...yesOption, ...reasonOption },
  examples: ['webhooks delete demo-app --yes --reason "The app has no server any more."'],
  async run({ argument: id, options, out, here, terminal }) {
    const db = await here.database();
    await getWebhook(db, id);
    await terminal.confirmByTyping(
      id,
      `This removes the webhook of ${id}; events that wait are not sent.`,
      options.yes,
    );
    await deleteWebhook(db, id, actorWithReason(here.actor(), options.reason));
    out.item({ client_id: id, deleted: true }, [['deleted', id]]);
  },
});

export const webhooks = {
  list,
  show,
  set,
  'rotate-secret': rotateSecret,
  test,
  deliveries,
  delivery,
  replay,
  delete: remove,
};

function stateOf({ enabled, disabled_reason: reason }: Webhook): string {
  return enabled ? 'on' : `off${reason ? ` (${reason})` : ''}`;
}

function print(out: Output, webhook: Webhook, secret?: string): void {
  out.item({ ...webhook, ...(secret && { secret }) }, [
    ['client_id', webhook.client_id],
    ['url', webhook.url],
    ['events', webhook.events.join(' ')],
    ['state', stateOf(webhook)],
    ['last success', time(webhook.succeeded_at)],
    ...(secret ? [['secret', secret] as const] : []),
  ]);
}

function noteSecret(out: Output): void {
  out.note('The signing secret is shown this once. Store it where the app verifies signatures.');
}
