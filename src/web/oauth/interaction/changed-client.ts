/** What changed at a client that describes itself, as the consent page shows it. */
import { speech } from '../../../../views/messages/index.ts';
import type { ChangedApp } from '../../../../views/oauth/consent-changed.ts';
import { nameFor } from '../../../policy/client/names.ts';
import type { Pinned } from '../../../policy/client/pinned.ts';
import type { ClientChanges } from './question.ts';

export function changedView({ before, now, changed }: ClientChanges): ChangedApp {
  return {
    name: changed.includes('name') ? namesOf(before, now) : undefined,
    added: now.redirect_uris.filter((uri) => !before.redirect_uris.includes(uri)),
    removed: before.redirect_uris.some((uri) => !now.redirect_uris.includes(uri)),
    keys: changed.includes('keys'),
  };
}

function namesOf(before: Pinned, now: Pinned): ChangedApp['name'] {
  const names = { before: nameIn(before), now: nameIn(now) };
  return names.before === names.now ? 'elsewhere' : names;
}

const nameIn = (pinned: Pinned): string =>
  nameFor(pinned as Parameters<typeof nameFor>[0], speech().code) ?? pinned.client_name;
