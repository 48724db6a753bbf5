import { html } from 'hono/html';
import { claimedName } from '../app-identity.ts';
import { address } from '../host.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, listed } from '../text.ts';

/** What is different at an app since the person allowed it, whose maker can change what it says of itself. */
export type ChangedApp = {
  /** Its names then and now; `elsewhere` if only those in other languages differ. */
  name?: { before: string; now: string } | 'elsewhere' | undefined;
  /** Addresses to which it may send people now, and not then. */
  added: readonly string[];
  /** Whether there were others then that are gone. */
  removed: boolean;
  keys: boolean;
};

/** More would push the question off the page; all are in what the admin sees. */
const maxAddresses = 5;

/** Says why the person is asked again, above the question. */
export function changedApp(changed: ChangedApp): Html {
  const words = m().clientDocuments.changed;
  const lines = linesOf(changed).map((line) => html`<br>${line}`);
  return note({ kind: 'warn', icon: icons.clock, what: words.what, todo: html`${words.todo}${lines}` });
}

function linesOf({ name: names, added, removed, keys }: ChangedApp): (Html | string)[] {
  const words = m().clientDocuments.changed;
  const shown = added.slice(0, maxAddresses).map(address);
  const hidden = added.length - shown.length;
  return [
    ...(names === 'elsewhere' ? [words.nameElsewhere] : []),
    ...(names && names !== 'elsewhere' ? [words.name(claimedName(names.before), claimedName(names.now))] : []),
    ...(shown.length > 0 ? [words.added(listed(shown), hidden)] : []),
    ...(removed ? [words.removed] : []),
    ...(keys ? [words.keys] : []),
  ];
}
