/** Pages about passkeys, also as their script shows them. */
import { confirmPage } from '../../views/account/confirm.ts';
import {
  newPasskeyPage,
  type PasskeySection,
  passkeyNote,
  passkeySection,
  renamePasskeyPage,
} from '../../views/account/passkeys.ts';
import { accountSecurityPage } from '../../views/account/security.ts';
import * as icons from '../../views/icons.ts';
import { m } from '../../views/messages/index.ts';
import { secondStepPasskeyPage } from '../../views/oauth/second-step-passkey.ts';
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

const secondStep = {
  csrf: 'c',
  button: { ...passkey, action: '/sign-in/second-step/passkey' },
  cancelAction: '/sign-in/second-step/cancel',
  email: frame.email,
  passkeys: [laptop.name, phone.name],
};
const others = () => [
  { href: '/interaction/abc/second-step', label: m().passkeys.typeCode, icon: icons.phone },
  { href: '/interaction/abc/recovery-code', label: m().secondStep.useRecovery, icon: icons.box },
];
const confirmation = {
  ...frame,
  action: '/account/security/passkeys/1/remove',
  again: '/sign-in?again',
  passkey: { ...passkey, action: '/account/security/passkeys/1/remove' },
  carried: [],
};
const passwordAlone = { password: true, code: false, passkey: false, signIn: false };
const passkeyAlone = { password: false, code: false, passkey: true, signIn: false };

/** The page as the script of passkeys shows it in a browser that supports them. */
export const byScript = (page: string): string =>
  page
    .replaceAll(/(data-(?:needs-passkey|passkey-stopped)) hidden/g, '$1')
    .replaceAll('data-without-passkey', 'hidden');

/** Every page that is about passkeys, in the current language. */
export const passkeyPages = (): Record<string, string> => ({
  'sign-in with a passkey': byScript(signInPage({ csrf: 'c', action: '/sign-in', passkey })),
  'sign-in with a passkey or elsewhere': byScript(
    signInPage({
      csrf: 'c',
      action: '/sign-in',
      passkey,
      upstreams: [{ action: '/sign-in/with/example', title: 'Example ID', icon: 'card' }],
    }),
  ),
  'sign-in, passkey refused': byScript(
    signInPage({ csrf: 'c', action: '/sign-in', problem: { kind: 'copied' }, passkey }),
  ),
  'security with passkeys': byScript(withPasskeys({ notice: { kind: 'added', name: 'Phone' } })),
  'security, the last passkey': withPasskeys({ passkeys: [laptop], notice: { kind: 'last' } }),
  'security, no passkey': byScript(withPasskeys({ passkeys: [] })),
  'new passkey': byScript(newPasskeyPage({ ...frame, button: passkey })),
  'new passkey, refused': byScript(newPasskeyPage({ ...frame, button: passkey, problem: { kind: 'refused' } })),
  'new passkey, without script': newPasskeyPage({ ...frame, button: passkey }),
  'second step by passkey': byScript(secondStepPasskeyPage({ ...secondStep, others: others() })),
  'second step by passkey, refused': byScript(
    secondStepPasskeyPage({ ...secondStep, others: [], problem: { kind: 'refused' } }),
  ),
  'second step by passkey, without script': secondStepPasskeyPage({ ...secondStep, others: others() }),
  'confirm with a passkey or a password': byScript(confirmPage({ ...confirmation, missing: passwordAlone })),
  'confirm with a passkey': byScript(
    confirmPage({ ...confirmation, missing: passkeyAlone, problem: { kind: 'expired' } }),
  ),
  'confirm with a passkey, without script': confirmPage({ ...confirmation, missing: passkeyAlone }),
  'rename a passkey': renamePasskeyPage({
    ...frame,
    passkey: { ...phone, name: 'Bereitstellungsprotokollauswertungswerkzeug der Projektmannschaft' },
    typed: ' ',
    wrong: true,
  }),
});
