/** vcauth accounts sessions, end-session and sign-out: where a person is signed in, and how to end it. */
import { signOutEverywhere } from '../operations/accounts.ts';
import { actorWithReason } from '../operations/client-record.ts';
import { endSession } from '../operations/sessions.ts';
import { getAccount } from '../store/accounts.ts';
import { pageOfSessions } from '../store/session-list.ts';
import { printAccount } from './account-print.ts';
import { command } from './command.ts';
import { time } from './output.ts';
import { onePage } from './paged.ts';
import { reasonOption } from './reason.ts';

const argument = { name: 'id or email' };
/** No account has more sessions. */
const maxSessions = 1_000;

export const sessions = command({
  summary: 'List where an account is signed in, last used first',
  argument,
  options: {},
  examples: ['accounts sessions ada@example.com'],
  async run({ argument: named, out, here }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    const { rows } = await pageOfSessions(db, id, { page: 1, per_page: maxSessions });
    // No other command needs the list of browsers that it reads.
    const { nameBrowser } = await import('../policy/browsers.ts');
    await out.list(onePage(rows), {
      document: (session) => session,
      columns: {
        id: (session) => session.id,
        signed_in: (session) => time(session.signed_in_at),
        last_seen: (session) => time(session.last_seen_at),
        expires: (session) => time(session.expires_at),
        address: (session) => session.address ?? '',
        browser: ({ user_agent: header }) => [nameBrowser(header).browser, nameBrowser(header).system].join(' '),
      },
      empty: 'Not signed in anywhere.',
    });
  },
});

export const endSessionCommand = command({
  summary: 'End one session: that browser has to sign in again',
  argument,
  options: {
    session: { type: 'text', value: 'ID', required: true, doc: 'which session: see accounts sessions' },
    ...reasonOption,
  },
  examples: ['accounts end-session ada@example.com --session Zk3… --reason "A laptop was lost."'],
  async run({ argument: named, options, out, here }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    const actor = actorWithReason(here.actor(), options.reason);
    await endSession(db, { accountId: id, sessionId: options.session }, actor);
    out.item({ id: options.session, deleted: true }, [['ended', options.session]]);
  },
});

export const signOut = command({
  summary: 'End every session of an account',
  argument,
  options: { 'end-grants': { type: 'flag', doc: 'every app loses its access too' }, ...reasonOption },
  examples: [
    'accounts sign-out ada@example.com --reason "A laptop was lost."',
    'accounts sign-out ada@example.com --end-grants --reason "A laptop was lost."',
  ],
  async run({ argument: named, options, out, here }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    const endGrants = options['end-grants'] === true;
    printAccount(out, await signOutEverywhere(db, id, { endGrants }, actorWithReason(here.actor(), options.reason)));
  },
});
