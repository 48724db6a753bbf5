/** Pages about passkeys, also as their script shows them. */
import {
  newPasskeyPage,
  type PasskeySection,
  passkeyNote,
  passkeySection,
  renamePasskeyPage,
} from '../../views/account/passkeys.ts';
import { accountSecurityPage } from '../../views/account/security.ts';
import { signInPage } from '../../views/oauth/sign-in.ts';

/** The time at which they are viewed. */
const now = new Date('2026-11-24T07:52:44Z');

const passkey = { action: '/sign-in/passkey', options: '{}', script: '/assets/passkeys.js' };
const frame = { csrf: 'c', email: 'demo@vibecaas.localhost' };
const laptop = {
  id: '1',
  name: 'Work laptop',
  authenticator: 'Apple Passwords',
  added: new Date('2026-08-30T12:00:00Z'),
  used: new Date('2026-11-23T06:00:00Z'),
};
const phone = { id: '2', name: 'Phone', added: new Date('2026-09-04T12:00:00Z') };
function withPasskeys(changes: Partial<PasskeySection> = {}): string {
  const section = { passkeys: [laptop, phone], script: passkey.script, now, ...changes };
  return accountSecurityPage({
    ...frame,
    script: section.script,
    warnings: [section.notice && passkeyNote(section.notice)],
    before: [passkeySection({ ...section, csrf: frame.csrf })],
  });
}

/** The page as the script of passkeys shows it in a browser that supports them. */
const byScript = (page: string): string =>
  page
    .replaceAll(/(data-(?:needs-passkey|passkey-stopped)) hidden/g, '$1')
    .replaceAll('data-without-passkey', 'hidden');

/** Every page that is about passkeys. */
export const passkeyPages = (): Record<string, string> => ({
  'sign-in with a passkey': byScript(signInPage({ csrf: 'c', action: '/sign-in', passkey })),
  'sign-in, passkey refused': byScript(
    signInPage({ csrf: 'c', action: '/sign-in', problem: { kind: 'copied' }, passkey }),
  ),
  'security with passkeys': byScript(withPasskeys({ notice: { kind: 'added', name: 'Phone' } })),
  'security, the last passkey': withPasskeys({ passkeys: [laptop], notice: { kind: 'last' } }),
  'security, no passkey': byScript(withPasskeys({ passkeys: [] })),
  'new passkey': byScript(newPasskeyPage({ ...frame, button: passkey })),
  'new passkey, refused': byScript(newPasskeyPage({ ...frame, button: passkey, problem: { kind: 'refused' } })),
  'new passkey, without script': newPasskeyPage({ ...frame, button: passkey }),
  'rename a passkey': renamePasskeyPage({
    ...frame,
    passkey: { ...phone, name: 'Bereitstellungsprotokollauswertungswerkzeug der Projektmannschaft' },
    typed: ' ',
    wrong: 'must have 1 to 100 characters',
  }),
});
