/** vcauth accounts: the people whose projects apps may act on. */
import {
  createAccount,
  requirePasswordChange,
  restoreAccount,
  setPassword,
  suspendAccount,
} from '../operations/accounts.ts';
import { actorWithReason, actorWithReasonGiven } from '../operations/client-record.ts';
import { removeFactors } from '../operations/lost-factors.ts';
import { createPasswords } from '../operations/passwords.ts';
import { requireReasonForAdmin } from '../operations/powers.ts';
import { tiers } from '../policy/tiers.ts';
import { type AccountFilter, searchAccounts } from '../store/account-search.ts';
import { getAccount } from '../store/accounts.ts';
import { remove } from './account-delete.ts';
import { importCommand } from './account-import.ts';
import { invitations, inviteCommand, resendCommand, withdrawCommand } from './account-invitations.ts';
import { accountDocument, printAccount } from './account-print.ts';
import { endSessionCommand, sessions, signOut } from './account-sessions.ts';
import { update } from './account-update.ts';
import { command } from './command.ts';
import { time } from './output.ts';
import { limitOption, paged } from './paged.ts';
import { adminReasonOption, reasonOption } from './reason.ts';

const argument = { name: 'id or email' };
const passwordOption = {
  'password-stdin': { type: 'flag', doc: 'read the password from stdin; without it you are asked, unseen' },
} as const;

const create = command({
  summary: 'Create an account',
  options: {
    email: { type: 'text', value: 'EMAIL', required: true, doc: 'its address, by which the person signs in' },
    name: { type: 'text', value: 'NAME', required: true, doc: 'what the person is called' },
    admin: { type: 'flag', doc: 'may use the admin pages and the admin API' },
    tier: { type: 'text', choices: tiers, doc: 'free unless you say otherwise' },
    ...adminReasonOption,
    ...passwordOption,
  },
  examples: [
    'accounts create --email ada@example.com --name "Ada" --password-stdin < password.txt',
    'accounts create --email root@example.com --name "Root" --admin',
    'accounts create --email grace@example.com --name "Grace" --admin --reason "Joins the support team."',
  ],
  async run({ options, out, here, terminal }) {
    const { email, name, tier, admin, reason } = options;
    const actor = actorWithReasonGiven(here.actor(), reason);
    const db = await here.database();
    // Nobody types a password in vain.
    if (admin) await requireReasonForAdmin(db, actor, 'admin');
    const password = await terminal.readPassword(options['password-stdin']);
    const input = { email, name, password, ...(admin && { role: 'admin' as const }), ...(tier && { tier }) };
    printAccount(out, await createAccount(db, createPasswords(), input, actor));
  },
});

const list = command({
  summary: 'List accounts, by address',
  options: {
    search: { type: 'text', value: 'WORDS', doc: 'an id, or beginnings of words in address and name' },
    status: { type: 'text', choices: ['active', 'suspended'], doc: 'in this state' },
    role: { type: 'text', choices: ['user', 'admin'], doc: 'with this role' },
    ...limitOption,
  },
  examples: [
    'accounts list',
    'accounts list --search ada --status suspended',
    'accounts list --json | jq -r ".[].email"',
  ],
  async run({ options, out, here }) {
    const db = await here.database();
    const { limit: maxItems, ...filter } = options;
    const asked = Object.values(filter).some((value) => value !== undefined);
    await out.list(
      paged(
        async ({ limit, after }) => {
          const place = after === undefined ? {} : { after: { key: after, id: after } };
          return (await searchAccounts(db, filter as AccountFilter, { limit, ...place })).rows;
        },
        ({ email }) => email,
        maxItems,
      ),
      {
        document: accountDocument,
        columns: {
          id: ({ id }) => id,
          email: ({ email }) => email,
          name: ({ name }) => name,
          role: ({ role }) => role,
          tier: ({ tier }) => tier,
          status: ({ status }) => status,
          created: (account) => time(account.created_at),
        },
        empty: asked
          ? 'No account matches.'
          : 'No accounts yet. Create one: vcauth accounts create --email … --name … --password-stdin',
      },
    );
  },
});

const show = command({
  summary: 'Show an account',
  argument,
  options: {},
  examples: ['accounts show ada@example.com'],
  run: async ({ argument: named, out, here }) => printAccount(out, await getAccount(await here.database(), named)),
});

const suspend = command({
  summary: 'Suspend an account: sessions and tokens end at once, no sign-in until it is restored',
  argument,
  options: reasonOption,
  examples: ['accounts suspend ada@example.com --reason "Reported as stolen."'],
  async run({ argument: named, options, out, here }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    printAccount(out, await suspendAccount(db, id, actorWithReason(here.actor(), options.reason)));
  },
});

const restore = command({
  summary: 'Restore a suspended account; what ended with the suspension stays ended',
  argument,
  options: {},
  examples: ['accounts restore ada@example.com'],
  async run({ argument: named, out, here }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    printAccount(out, await restoreAccount(db, id, here.actor()));
  },
});

const setPasswordCommand = command({
  summary: 'Set a new password; sessions and tokens end at once',
  argument,
  options: { ...passwordOption, ...reasonOption },
  examples: [
    'accounts set-password ada@example.com --reason "Forgot it; identified by phone."',
    'accounts set-password acc_… --reason "Ticket 4711" --password-stdin < password.txt',
  ],
  async run({ argument: named, options, out, here, terminal }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    const password = await terminal.readPassword(options['password-stdin']);
    printAccount(
      out,
      await setPassword(db, createPasswords(), id, password, actorWithReason(here.actor(), options.reason)),
    );
  },
});

const requireChange = command({
  summary: 'Require a new password: every session ends, the next sign-in asks for one',
  argument,
  options: reasonOption,
  examples: ['accounts require-password-change ada@example.com --reason "Its password was in a leak."'],
  async run({ argument: named, options, out, here }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    printAccount(out, await requirePasswordChange(db, id, actorWithReason(here.actor(), options.reason)));
  },
});

const resetFactor = command({
  summary: 'Remove a lost authenticator app, its recovery codes and all passkeys; every session ends',
  argument,
  options: reasonOption,
  examples: ['accounts reset-factor ada@example.com --reason "Lost her phone; identified by video call."'],
  async run({ argument: named, options, out, here }) {
    const db = await here.database();
    const { id } = await getAccount(db, named);
    const { account, app, passkeys } = await removeFactors(db, id, actorWithReason(here.actor(), options.reason));
    const what = [
      ...(app ? ['authenticator app', 'recovery codes'] : []),
      ...passkeys.map((name) => `passkey ${name}`),
    ];
    printAccount(out, account, {
      document: { removed: { app, passkeys } },
      lines: [['removed', what.join(', ') || 'nothing: it had no second step']],
    });
  },
});

export const accounts = {
  create,
  invite: inviteCommand,
  invitations,
  'resend-invitation': resendCommand,
  'withdraw-invitation': withdrawCommand,
  import: importCommand,
  list,
  show,
  update,
  suspend,
  restore,
  'set-password': setPasswordCommand,
  'require-password-change': requireChange,
  'reset-factor': resetFactor,
  sessions,
  'end-session': endSessionCommand,
  'sign-out': signOut,
  delete: remove,
};
