import * as icons from '../../icons.ts';
import { note } from '../../note.ts';
import type { Html } from '../../text.ts';

/** What a verification covers, worded to follow “a change of its”. */
export const reviewedAgain = (covered: readonly string[]): string =>
  `${covered.slice(0, -1).join(', ')} or ${covered.at(-1)}`;

/** Above the form of a verified client, before anything is changed. */
export function reopensNote(covered: readonly string[]): Html {
  return note({
    kind: 'warn',
    icon: icons.verified,
    what: 'This app is verified.',
    todo: `A change of its ${reviewedAgain(covered)} puts it back in review at once, and people are told so. Everything else stays verified.`,
  });
}
