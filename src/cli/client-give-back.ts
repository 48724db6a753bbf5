/** vcauth clients give-back: ends an admin's decision about an app that describes itself. */
import { giveBack } from '../operations/give-back.ts';
import { decidableFields } from '../policy/client/admin-decisions.ts';
import { noteSecret, printClient } from './client-print.ts';
import { command } from './command.ts';

export const giveBackCommand = command({
  summary: 'Let an app that describes itself decide a field again',
  details: '`clients show` says what admins have decided, and what the app says itself.',
  argument: { name: 'client_id' },
  options: { field: { type: 'text', choices: decidableFields, required: true, doc: 'what the app decides again' } },
  examples: ['clients give-back https://agent.example/client.json --field redirect_uris'],
  async run({ argument: id, options, out, here }) {
    const db = await here.database();
    const { clientSecret } = await out.once(
      db,
      (trx) => giveBack(trx, id, options.field, here.actor()),
      (changed) => printClient(out, changed.client, changed.clientSecret),
    );
    if (clientSecret !== undefined) noteSecret(out);
  },
});
