/** vcauth keys: the keys that sign access tokens (ES256) and ID tokens (ES256 or RS256). */
import { actorWithReasonGiven } from '../operations/client-record.ts';
import { rotateSigningKeys } from '../operations/signing-keys.ts';
import { publishedUntil } from '../policy/key-rotation.ts';
import { listSigningKeys, type StoredSigningKey } from '../store/signing-keys.ts';
import { command } from './command.ts';
import { time } from './output.ts';
import { onePage } from './paged.ts';
import { someReasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

const list = command({
  summary: 'List the published signing keys: for each algorithm the current, the next and the retired',
  options: {},
  examples: ['keys list'],
  async run({ out, here }) {
    const db = await here.database();
    await out.list(onePage(await listSigningKeys(db)), {
      document,
      columns: {
        kid: ({ kid }) => kid,
        alg: ({ alg }) => alg,
        state: ({ state }) => state,
        created: (key) => time(key.created_at),
        current: (key) => time(key.current_at),
        retired: (key) => time(key.retired_at),
        'published until': (key) => time(publishedUntil(key.retired_at)),
      },
      empty: 'No signing keys yet. The server makes them at its first start, or now: vcauth keys rotate',
    });
  },
});

const rotate = command({
  summary: 'Let the next keys sign from now on, on every running server',
  details:
    'This rotates the keys of both algorithms. Verifiers know the next key, since it was published while it waited. The\n' +
    'current one retires and stays published until the last token it signed has expired. Within 5 minutes of the\n' +
    'previous rotation, verifiers may not have read the next key: then a rotation needs --force, which needs --reason.',
  options: {
    force: { type: 'flag', doc: 'rotate although verifiers may not know the next key: for a stolen key' },
    ...someReasonOption,
  },
  examples: ['keys rotate', 'keys rotate --force --reason "A backup with the keys was lost."'],
  async run({ options, out, here }) {
    const force = options.force === true;
    if (force && options.reason === undefined) throw new UsageError('--reason is missing: --force needs it.');
    const actor = actorWithReasonGiven(here.actor(), options.reason);
    const keys = await rotateSigningKeys(await here.database(), await here.sealer(), actor, { force });
    out.item(keys, Object.entries(keys));
  },
});

export const keys = { list, rotate };

function document({ kid, alg, state, created_at, current_at, retired_at }: StoredSigningKey) {
  const published_until = publishedUntil(retired_at);
  return { kid, state, alg, created_at, current_at, retired_at, published_until };
}
