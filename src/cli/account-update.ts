/** vcauth accounts update: changes what is named and leaves the rest. */

import { updateAccountFields } from '../operations/account-update.ts';
import { actorWithReasonGiven } from '../operations/client-record.ts';
import { tiers } from '../policy/tiers.ts';
import { getAccount } from '../store/accounts.ts';
import { printAccount } from './account-print.ts';
import { command } from './command.ts';
import { someReasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

export const update = command({
  summary: 'Change name, role, tier or status of an account',
  details: 'Only what you name changes. Suspending ends sessions and tokens at once. Role and status need --reason.',
  argument: { name: 'id or email' },
  options: {
    name: { type: 'text', value: 'NAME', doc: 'what the person is called' },
    role: { type: 'text', choices: ['user', 'admin'], doc: 'an admin may use the admin pages' },
    tier: { type: 'text', choices: tiers, doc: 'what limits apply' },
    status: { type: 'text', choices: ['active', 'suspended'], doc: 'whether the person can sign in' },
    ...someReasonOption,
  },
  examples: [
    'accounts update ada@example.com --tier pro',
    'accounts update ada@example.com --role admin --reason "Joins the support team."',
  ],
  async run({ argument: named, options, out, here }) {
    const { name, role, tier, status } = options;
    const given = Object.entries({ name, role, tier, status }).filter(([, value]) => value !== undefined);
    if (given.length === 0) throw new UsageError('Nothing to change was named.');
    const needsReason = role !== undefined || status !== undefined;
    if (needsReason && options.reason === undefined)
      throw new UsageError('--reason is missing: role and status need it.');
    const actor = actorWithReasonGiven(here.actor(), options.reason);
    const db = await here.database();
    const { id } = await getAccount(db, named);
    printAccount(out, await updateAccountFields(db, id, Object.fromEntries(given), actor));
  },
});
