import { html } from 'hono/html';
import { claimedName } from '../../app-identity.ts';
import { address } from '../../host.ts';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import { type Html, listed } from '../../text.ts';

/** In what an app is not what an admin allowed. */
export type RuleChanges = {
  /** Its names then and now; `elsewhere` if only those in other languages differ. */
  name?: { before: string; now: string } | 'elsewhere' | undefined;
  /** All that it has now, if they differ. */
  redirects: readonly string[];
  keys: boolean;
  /** Those that it may ask for, and might not then. */
  scopes: readonly string[];
  /** The rule is older than the record of what was allowed. */
  unknown: boolean;
};

/** Says that an app has changed since it was allowed, in what, and what to do. */
export function ruleChangesNote({ name: names, redirects, keys, scopes, unknown }: RuleChanges): Html {
  const words = m().thirdParty.admin.changed;
  const ofPeople = m().clientDocuments.changed;
  const lines = [
    ...(names === 'elsewhere' ? [ofPeople.nameElsewhere] : []),
    ...(names && names !== 'elsewhere' ? [ofPeople.name(claimedName(names.before), claimedName(names.now))] : []),
    ...(redirects.length > 0 ? [words.redirects(listed(redirects.map(address)))] : []),
    ...(keys ? [ofPeople.keys] : []),
    ...(scopes.length > 0 ? [words.scope(listed(scopes.map((one) => html`<span class="mono">${one}</span>`)))] : []),
    ...(unknown ? [words.unknown] : []),
  ];
  const todo = html`${words.todo}${lines.map((line) => html`<br>${line}`)}`;
  return note({ kind: 'warn', icon: icons.clock, what: words.what, todo });
}
