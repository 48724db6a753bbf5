/** vcauth clients rotate-secret. */
import { rotateSecret } from '../operations/clients.ts';
import { noteSecret } from './client-print.ts';
import { command } from './command.ts';

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
    const { clientSecret } = await rotateSecret(db, id, { keepOldForDays: days }, { id: 'cli' });
    out.item({ client_id: id, client_secret: clientSecret }, [
      ['client_id', id],
      ['client_secret', clientSecret],
    ]);
    noteSecret(out);
    out.note(
      days === 0 ? 'The old one has ended.' : `The old one works on for ${days} ${days === 1 ? 'day' : 'days'}.`,
    );
  },
});
