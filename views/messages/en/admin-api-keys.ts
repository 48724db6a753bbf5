import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Keys of other people, for admins. */
export const adminApiKeys = {
  title: 'API keys',
  lead: 'The keys of people’s own programs. Here keys are found, limited to networks and revoked; only their owner makes one.',
  search: 'Owner, key, or the last four characters',
  searchHint:
    'An email address, an account id, a key id, 9u2T, or a whole key that somebody found. It is not put into an address.',
  find: 'Find',
  nothing: 'No such key',
  nothingWhy: (sought: Html): Html => html`Nothing is found for ${sought}. Keys that ended are kept for 90 days.`,
  again: 'Search again',
  caption: 'Keys',
  key: 'Key',
  keyLead: 'Whose it is, and what it may do. Nobody sees the key itself.',
  networksLead: 'The networks that it works from. Its owner gets a mail if they change.',
  networksReason: 'Required if the key then works from more networks than now. Others will read it.',
  id: 'Key id',
  owner: 'Owner',
  may: 'May',
  lastUse: 'Last used',
  never: 'never',
  state: 'Ends',
  show: 'Show its keys',
  revoke: (key: Html): Html => html`Revoke ${key}?`,
  revokeText: (key: string): string => `Revoke ${key}?`,
  whose: (key: Html, owner: Html): Html => html`${key} belongs to ${owner}.`,
  effect: 'Every program that uses it is refused within a second, everywhere. This can’t be undone.',
  told: 'Its owner gets a mail.',
};
