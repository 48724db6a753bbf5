/** vcauth accounts delete: for good, after typing the address. */
import { deleteAccount } from '../operations/account-deletion.ts';
import { actorWithReason } from '../operations/client-record.ts';
import { getAccount } from '../store/accounts.ts';
import { listConnectedApps } from '../store/connected-apps.ts';
import { command } from './command.ts';
import { reasonOption } from './reason.ts';
import { yesOption } from './terminal.ts';

export const remove = command({
  summary: 'Delete an account with its sessions, consents and tokens, for good',
  details:
    'Refused while the account owns apps, or is the last admin. The audit log keeps its id, without name and address.',
  argument: { name: 'id or email' },
  options: { ...yesOption, ...reasonOption },
  examples: [
    'accounts delete ada@example.com --reason "Asked for it by mail."',
    'accounts delete acc_… --yes --reason "Asked for it by mail."',
  ],
  async run({ argument: named, options, out, here, terminal }) {
    const db = await here.database();
    const { id, email } = await getAccount(db, named);
    const apps = (await listConnectedApps(db, id)).length;
    const consequence = `This deletes ${email} (${id}) for good. ${apps === 1 ? 'One app loses' : `${apps} apps lose`} access.`;
    await terminal.confirmByTyping(email, consequence, options.yes);
    await deleteAccount(db, id, actorWithReason(here.actor(), options.reason));
    out.item({ id, deleted: true }, [['deleted', id]]);
  },
});
