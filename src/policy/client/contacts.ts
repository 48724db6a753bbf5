/** The addresses where VibeCaaS asks about a client. */

import { normaliseEmail } from '../emails.ts';
import { problemText } from '../problem-texts.ts';

/** What is wrong with `contacts`, to be read on after the field's name; undefined when nothing is. */
export function contactsProblem(contacts: readonly string[]): string | undefined {
  const wrong = contacts.find((contact) => normaliseEmail(contact) === undefined);
  return wrong === undefined ? undefined : problemText('emails', JSON.stringify(wrong));
}
