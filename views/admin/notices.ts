import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';

/** What was done, and what follows from it. */
export const notices = {
  created: ['The client is registered.', 'It can ask people for access now.'],
  saved: ['The changes are saved.', 'They apply from now on.'],
  unchanged: ['Nothing was different.', 'So nothing was saved.'],
  'secret-removed': ['The secret is removed.', 'It stopped working at once.'],
  disabled: ['The client is suspended.', 'Every token of it ended.'],
  enabled: ['The client works again.', 'Tokens from before stay ended.'],
  verified: ['The client is verified.', 'People see its name and who runs it as facts.'],
  submitted: ['The client is in review.', 'It works meanwhile.'],
  'sent-back': ['The client is a draft again.', 'It works, and people are told that nobody has checked it.'],
  logo: ['The logo is kept.', 'People see it when the client is verified.'],
  'logo-removed': ['The logo is removed.', 'Two letters stand in its place.'],
  deleted: ['The client is deleted.', 'Its secrets, consents and tokens are gone.'],
  'webhook-saved': ['The webhook is saved.', 'Events from now on go there.'],
  'webhook-tested': ['The test event is on its way.', 'Load this page again to see how it went.'],
  'webhook-replayed': ['It is sent once more.', 'Load this page again to see how it went.'],
  'webhook-nothing': ['Nothing failed since then.', 'So nothing is sent.'],
  'webhook-deleted': ['The webhook is removed.', 'No more events are sent.'],
  'account-created': ['The account is created.', 'Its owner can sign in with the password you set.'],
  'account-saved': ['The account is changed.', 'Its next tokens carry the change.'],
  suspended: ['The account is suspended.', 'Its sessions and every token ended.'],
  restored: ['The account can sign in again.', 'What ended with the suspension stays ended.'],
  password: ['The new password is set.', 'Sessions and tokens from before ended.'],
  'password-required': ['A new password is required.', 'Sessions ended; the next sign-in asks for it.'],
  'second-step-reset': [
    'Second step and passkeys are removed.',
    'Sessions ended; the next sign-in needs the password alone.',
  ],
  'passkey-removed': ['The passkey is removed.', 'Sessions ended, and its owner is told by mail.'],
  'account-deleted': ['The account is deleted.', 'Its sessions, consents and tokens are gone.'],
  disconnected: ['The app is disconnected.', 'All its access to this account ended.'],
  'session-ended': ['The session is ended.', 'That browser has to sign in again.'],
  'signed-out': ['Every session is ended.', 'The apps stay connected.'],
  rotated: ['The signing keys are rotated.', 'Every node signs with the next key within a second.'],
  'admin-granted': ['This account is an admin now.', 'It can do everything that you can.'],
  'admin-revoked': ['This account is not an admin any more.', 'Its open admin pages stopped working.'],
} as const;

export type NoticeName = keyof typeof notices;

export function noticeNote(name: NoticeName): Html {
  const [what, todo] = notices[name];
  return html`${note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' })}`;
}
