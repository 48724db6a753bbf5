import * as icons from '../../icons.ts';
import { note } from '../../note.ts';
import type { Html } from '../../text.ts';

/** What a verification covers, worded to follow “a change of its”. */
export const reviewedAgain =
  'name, what it is for, who runs it, its owner’s account, homepage, logo, privacy policy, terms, redirect URIs or addresses after signing out';

/** Above the form of a verified client, before anything is changed. */
export function reopensNote(): Html {
  return note({
    kind: 'warn',
    icon: icons.verified,
    what: 'This app is verified.',
    todo: `A change of its ${reviewedAgain} puts it back in review at once, and people are told so. Everything else stays verified.`,
  });
}
