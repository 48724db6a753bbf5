/** Pages on which people make an account, in the states that change their shape. */
import { linkEndedPage } from '../../views/links/ended.ts';
import { addressTakenPage, newAccountPage } from '../../views/links/new-account.ts';
import { registerPage, registerSentPage, registrationClosedPage } from '../../views/links/register.ts';
import { byScript } from './passkey-examples.ts';

const script = '/assets/passkeys.js';
const form = { csrf: 'c', action: '/invitation/new', email: 'demo@vibecaas.localhost', script };
const button = { action: '/invitation/new/passkey', options: '{}', script };

export const registrationPages = (): Record<string, string> => ({
  'register, not an address': registerPage({ csrf: 'c', back: '/sign-in', wrong: 'demo' }),
  'register, sent': registerSentPage({ csrf: 'c', email: 'demo@vibecaas.localhost' }),
  'registration closed': registrationClosedPage(),
  'new account': byScript(newAccountPage({ ...form, admin: true, name: 'Demo', problem: { problem: 'name' } })),
  'new account, refused': newAccountPage({
    ...form,
    admin: false,
    name: 'Demo',
    problem: { problem: 'password', wrong: 'about_you' },
  }),
  'new account with a passkey, refused': byScript(
    newAccountPage({ ...form, admin: false, button, problem: { problem: 'passkey', kind: 'refused' } }),
  ),
  'new account, taken': addressTakenPage(),
  'invitation ended': linkEndedPage({ kind: 'invite' }),
});
