/** vcauth clients update: changes what is named and leaves the rest. */
import { webhookRules } from '../config/rules.ts';
import { sendBackClient, verifyClient } from '../operations/client-review.ts';
import { type NewClient, updateClient } from '../operations/clients.ts';
import { getClient } from '../store/clients.ts';
import { clientChanges, updateOptions } from './client-options.ts';
import { noteSecret, printClient } from './client-print.ts';
import { warnOfSimilarNames } from './client-similar-names.ts';
import { command } from './command.ts';
import { UsageError } from './usage-error.ts';

export const update = command({
  summary: 'Change what is registered about an app',
  details: 'Only what you name changes. A list replaces the one before; an empty text takes a value away.',
  argument: { name: 'client_id' },
  options: updateOptions,
  examples: [
    'clients update demo-app --owner "Example Company Ltd" --homepage https://notes.example',
    'clients update demo-app --redirect-uri https://notes.example/a --redirect-uri https://notes.example/b',
    'clients update demo-app --verified --reason "Domain checked."',
  ],
  async run({ argument: id, options, out, here }) {
    const changes = clientChanges(options, here.config().apiResource);
    const decide = options.verified ? verifyClient : options.unverified ? sendBackClient : undefined;
    if (Object.keys(changes).length === 0 && !decide) throw new UsageError('Nothing to change was named.');
    const db = await here.database();
    const { client, clientSecret } = await out.once(
      db,
      async (trx) => {
        let changed: NewClient = { client: await getClient(trx, id) };
        const how = { outbound: webhookRules(here.config()) };
        if (Object.keys(changes).length > 0) changed = await updateClient(trx, id, changes, here.actor(), how);
        if (decide) changed = { ...changed, client: await decide(trx, id, here.actor(), options.reason ?? '') };
        return changed;
      },
      (changed) => printClient(out, changed.client, changed.clientSecret),
    );
    if (changes.client_name !== undefined) await warnOfSimilarNames(out, db, client);
    if (clientSecret !== undefined) noteSecret(out);
  },
});
