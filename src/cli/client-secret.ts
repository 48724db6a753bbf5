/** vcauth clients rotate-secret, secrets and remove-secret. */
import { actorWithReason } from '../operations/client-record.ts';
import { removeSecret } from '../operations/client-secrets.ts';
import { rotateSecret } from '../operations/clients.ts';
import { listClientSecrets } from '../store/client-secrets.ts';
import { getClient } from '../store/clients.ts';
import { noteSecret } from './client-print.ts';
import { command } from './command.ts';
import { time } from './output.ts';
import { onePage } from './paged.ts';
import { reasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

export const rotateSecretCommand = command({
  summary: 'Give an app a new secret',
  argument: { name: 'client_id' },
  options: {
    'keep-old-days': {
      type: 'count',
      value: 'N',
      doc: 'the secret before works on for N days; it ends now without this',
    },
  },
  examples: ['clients rotate-secret demo-gateway --keep-old-days 7'],
  async run({ argument: id, options, out, here }) {
    const days = options['keep-old-days'] ?? 0;
    const db = await here.database();
    await out.once(
      db,
      (trx) => rotateSecret(trx, id, { keepOldForDays: days }, here.actor()),
      ({ clientSecret }) =>
        out.item({ client_id: id, client_secret: clientSecret }, [
          ['client_id', id],
          ['client_secret', clientSecret],
        ]),
    );
    noteSecret(out);
    out.note(
      days === 0 ? 'The old one has ended.' : `The old one works on for ${days} ${days === 1 ? 'day' : 'days'}.`,
    );
  },
});

export const secrets = command({
  summary: 'List the living secrets of an app: when they were made, last used, and end; never what they are',
  argument: { name: 'client_id' },
  options: {},
  examples: ['clients secrets demo-gateway'],
  async run({ argument: id, out, here }) {
    const db = await here.database();
    await getClient(db, id);
    const found = await listClientSecrets(db, id);
    await out.list(onePage(found), {
      document: (secret) => secret,
      columns: {
        id: (secret) => secret.id,
        ends_in: (secret) => secret.last_four ?? '',
        created: (secret) => time(secret.created_at),
        last_used: (secret) => time(secret.last_used_at),
        expires: (secret) => time(secret.expires_at),
      },
      empty: 'It has no secret. Make one, if it authenticates with one: vcauth clients rotate-secret',
    });
  },
});

export const removeSecretCommand = command({
  summary: 'End one secret of an app now',
  argument: { name: 'client_id' },
  options: {
    secret: { type: 'text', value: 'ID', required: true, doc: 'which one: see clients secrets' },
    ...reasonOption,
  },
  examples: ['clients remove-secret demo-gateway --secret 4 --reason "It was in a public repository."'],
  async run({ argument: clientId, options: { secret: secretId, reason }, out, here }) {
    if (!/^\d{1,18}$/.test(secretId)) throw new UsageError('--secret must be a number: see clients secrets.');
    await removeSecret(await here.database(), { clientId, secretId }, actorWithReason(here.actor(), reason));
    out.item({ id: secretId, deleted: true }, [['removed', secretId]]);
  },
});
