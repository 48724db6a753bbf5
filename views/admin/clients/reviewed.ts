import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import type { Html } from '../../text.ts';

const words = () => m().adminClientForm;

/** What a verification covers, worded to follow “a change of its”. */
export const reviewedAgain = (covered: readonly string[]): string =>
  words().either(covered.slice(0, -1).join(m().adminClientForm.comma), covered.at(-1) ?? '');

/** Above the form of a verified client, before anything is changed. */
export function reopensNote(covered: readonly string[]): Html {
  return note({
    kind: 'warn',
    icon: icons.verified,
    what: words().verified,
    todo: words().reopens(reviewedAgain(covered)),
  });
}
