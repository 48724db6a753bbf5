/** vcauth grants: what people have allowed apps, one per connection; each is a group of tokens. */
import { actorWithReason } from '../operations/client-record.ts';
import { disconnect, revokeGrant } from '../operations/grants.ts';
import { getAccount } from '../store/accounts.ts';
import { getClient } from '../store/clients.ts';
import { type ListedGrant, listGrants } from '../store/grant-list.ts';
import { command } from './command.ts';
import { time } from './output.ts';
import { limitOption, paged } from './paged.ts';
import { reasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

const filters = {
  account: { type: 'text', value: 'ID_OR_EMAIL', doc: 'of this account' },
  client: { type: 'text', value: 'CLIENT_ID', doc: 'of this app' },
} as const;

const list = command({
  summary: 'List living grants, the newest first',
  options: { ...filters, ...limitOption },
  examples: ['grants list', 'grants list --account ada@example.com --client demo-app'],
  async run({ options, out, here }) {
    const db = await here.database();
    const of = {
      ...(options.account !== undefined && { accountId: (await getAccount(db, options.account)).id }),
      ...(options.client !== undefined && { clientId: (await getClient(db, options.client)).client_id }),
    };
    await out.list(
      paged(
        (page) => listGrants(db, { ...of, ...page }),
        (grant) => grant.id,
        options.limit,
      ),
      {
        document: (grant: ListedGrant) => grant,
        columns: {
          id: ({ id }) => id,
          email: ({ email }) => email,
          client_id: ({ client_id }) => client_id,
          scope: ({ scope }) => scope,
          created: (grant) => time(grant.created_at),
          refreshed: (grant) => time(grant.refreshed_at),
          expires: (grant) => time(grant.expires_at),
          ends: (grant) => time(grant.ends_at),
        },
        empty: 'No grants. One appears when a person allows an app; vcauth try makes one.',
      },
    );
  },
});

const revoke = command({
  summary: 'End a grant with all its tokens, or disconnect an app from an account',
  details:
    'With an id: that one connection. With --account and --client: what Disconnect does under Connected apps, every\n' +
    'connection at once, and the person is asked for consent again.',
  argument: { name: 'id', optional: true },
  options: { ...filters, ...reasonOption },
  examples: [
    'grants revoke Zk3… --reason "Asked for by Ada."',
    'grants revoke --account ada@example.com --client demo-app --reason "Asked for by Ada."',
  ],
  async run({ argument: id, options: { account, client, reason }, out, here }) {
    const alone = id !== '' && account === undefined && client === undefined;
    const pair = id === '' && account !== undefined && client !== undefined;
    if (!alone && !pair) throw new UsageError('Name either one id, or both --account and --client.');
    const db = await here.database();
    let ended = 1;
    const actor = actorWithReason(here.actor(), reason);
    if (alone) await revokeGrant(db, id, actor);
    else {
      const accountId = (await getAccount(db, account as string)).id;
      const clientId = (await getClient(db, client as string)).client_id;
      ended = (await disconnect(db, { accountId, clientId }, actor)).familiesEnded;
    }
    out.item({ grants_ended: ended }, [['grants ended', String(ended)]]);
  },
});

export const grants = { list, revoke };
