/** vcauth clients: the registered apps. */
import { webhookRules } from '../config/rules.ts';
import { deleteClient } from '../operations/client-deletion.ts';
import { actorWithReason } from '../operations/client-record.ts';
import { verifyClient } from '../operations/client-review.ts';
import { createClient } from '../operations/clients.ts';
import { type AfterDeletion, afterDeletion } from '../policy/client/admin-decisions.ts';
import { clientDocument } from '../policy/client/document.ts';
import { clientState, clientStates } from '../policy/client/state.ts';
import { clientTypeNames } from '../policy/client/types.ts';
import { costInWords } from '../policy/statistics.ts';
import { countPeopleAtStake } from '../store/client-counts.ts';
import { type ClientFilter, listClients } from '../store/client-search.ts';
import { getClient } from '../store/clients.ts';
import { clientActivity, errors } from './client-activity.ts';
import { readDocumentCommand } from './client-document.ts';
import { giveBackCommand } from './client-give-back.ts';
import { clientLifecycle } from './client-lifecycle.ts';
import { logoCommands } from './client-logo.ts';
import { clientChanges, createOptions } from './client-options.ts';
import { noteSecret, printClient } from './client-print.ts';
import { removeSecretCommand, rotateSecretCommand, secrets } from './client-secret.ts';
import { warnOfSimilarNames } from './client-similar-names.ts';
import { update } from './client-update.ts';
import { command } from './command.ts';
import { time } from './output.ts';
import { limitOption, paged } from './paged.ts';
import { reasonOption } from './reason.ts';
import { yesOption } from './terminal.ts';

const argument = { name: 'client_id' };

const afterwards: Readonly<Record<AfterDeletion, string>> = {
  gone: '',
  returns: 'Its document registers it again when somebody uses it: suspend it first to keep it out.',
  blocked:
    'A rule blocks it from then on, because its document would register it again without the decisions of admins.',
};

const create = command({
  summary: 'Register an app',
  details:
    'web: has a server that keeps a secret. spa, native: run in a browser or on a device, and can’t keep one.\n' +
    'service: acts for itself (client credentials), or is an API gateway with --gateway.',
  options: createOptions,
  examples: [
    'clients create --name "Notes" --type spa --redirect-uri https://notes.example/callback --scope "projects:read"',
    'clients create --name "Desk" --type native --redirect-uri http://127.0.0.1/callback',
    'clients create --name "API gateway" --type service --gateway',
  ],
  async run({ options, out, here }) {
    const { name, type, 'client-id': clientId, verified, reason = '' } = options;
    const input = {
      ...clientChanges(options, here.config().apiResource),
      client_name: name,
      ...(type && { type }),
      ...(clientId && { client_id: clientId }),
    };
    const db = await here.database();
    const { client, clientSecret } = await out.once(
      db,
      async (trx) => {
        const made = await createClient(trx, input, here.actor(), { outbound: webhookRules(here.config()) });
        if (!verified) return made;
        return { ...made, client: await verifyClient(trx, made.client.client_id, here.actor(), reason) };
      },
      (made) => printClient(out, made.client, made.clientSecret),
    );
    await warnOfSimilarNames(out, db, client);
    if (clientSecret !== undefined) noteSecret(out);
  },
});

const list = command({
  summary: 'List apps',
  options: {
    search: { type: 'text', value: 'WORDS', doc: 'beginnings of words in name, id, redirect URIs and owner' },
    type: { type: 'text', choices: clientTypeNames, doc: 'of this type' },
    state: { type: 'text', choices: clientStates, doc: 'in this state' },
    'owner-email': { type: 'text', value: 'EMAIL', doc: 'of the account with this address' },
    ...limitOption,
  },
  examples: [
    'clients list',
    'clients list --search notes --state in_review',
    'clients list --json | jq -r ".[].client_id"',
  ],
  async run({ options, out, here }) {
    const db = await here.database();
    const { 'owner-email': owner_email, search, type, state } = options;
    const asked = Object.entries({ search, type, state, owner_email }).filter(([, value]) => value !== undefined);
    const filter: ClientFilter = Object.fromEntries(asked);
    await out.list(
      paged(
        (page) => listClients(db, page, filter),
        (client) => client.client_id,
        options.limit,
      ),
      {
        document: (client) => clientDocument(client),
        columns: {
          client_id: (client) => client.client_id,
          name: (client) => client.client_name,
          type: (client) => client.type,
          state: (client) => clientState(client),
          owner: (client) => client.owner_email ?? '',
          created: (client) => time(client.created_at),
        },
        empty:
          asked.length > 0
            ? 'No client matches.'
            : 'No clients yet. Create one: vcauth clients create --name … --redirect-uri …',
      },
    );
  },
});

const show = command({
  summary: 'Show an app',
  argument,
  options: {},
  examples: ['clients show demo-app'],
  run: async ({ argument: id, out, here }) => printClient(out, await getClient(await here.database(), id)),
});

const remove = command({
  summary: 'Delete an app with its secrets, consents and tokens, for good',
  argument,
  options: { ...yesOption, ...reasonOption },
  examples: [
    'clients delete demo-app --reason "Its owner closed it."',
    'clients delete demo-app --yes --reason "Its owner closed it."',
  ],
  async run({ argument: id, options, out, here, terminal }) {
    const db = await here.database();
    const client = await getClient(db, id);
    const { tokens, consents } = costInWords(await countPeopleAtStake(db, id));
    const cost = [tokens, consents, afterwards[afterDeletion(client)]].filter(Boolean).join(' ');
    await terminal.confirmByTyping(id, `This deletes ${client.client_name} (${id}) for good. ${cost}`, options.yes);
    await deleteClient(db, id, actorWithReason(here.actor(), options.reason));
    out.item({ client_id: id, deleted: true }, [['deleted', id]]);
  },
});

export const clients = {
  create,
  list,
  show,
  update,
  'rotate-secret': rotateSecretCommand,
  secrets,
  'remove-secret': removeSecretCommand,
  ...clientLifecycle,
  'read-document': readDocumentCommand,
  'give-back': giveBackCommand,
  ...logoCommands,
  delete: remove,
  insight: clientActivity,
  errors,
};
