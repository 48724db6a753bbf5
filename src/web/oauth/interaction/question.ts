/** What the consent page asks, from the engine's request, the client's ceiling and the remembered consent. */
import type { Client } from 'oidc-provider';
import { askedDetails } from '../../../oidc/hooks/project-details.ts';
import { rememberedOf } from '../../../oidc/hooks/prompts.ts';
import { requestContext } from '../../../oidc/request-context.ts';
import {
  changedSincePinned,
  isAsAllowed,
  type Pinned,
  type PinnedChange,
  parsePin,
} from '../../../policy/client/pinned.ts';
import { isUnregistered } from '../../../policy/client/registration-types.ts';
import { type ConsentQuestion, consentQuestion, optionalScopes } from '../../../policy/consent.ts';
import { hasEnded } from '../../../policy/consent-duration.ts';
import { covers, type ProjectDetails, withinScopes } from '../../../policy/project-details.ts';
import { parseScope } from '../../../policy/scopes.ts';
import type { AccountFacts } from '../../../store/account-facts.ts';
import type { Consent } from '../../../store/consents.ts';
import { overdue } from '../interaction-redirects.ts';
import type { Interaction } from './current.ts';

export interface Asked {
  readonly question: ConsentQuestion;
  readonly requested: string[];
  /** The projects that the app asks for; undefined for all of them. */
  readonly details: ProjectDetails | undefined;
  readonly remembered: Consent | undefined;
  readonly account: AccountFacts;
  readonly client: Client;
  /** Whether nobody registered the client: the person edits the question, and says for how long. */
  readonly unregistered: boolean;
  /** What changed since the person allowed the client, if it describes itself. Then everything is asked. */
  readonly changes: ClientChanges | undefined;
  /** Whether what was remembered when the page was requested has ended since. Then everything is asked. */
  readonly outlived: boolean;
}

/** Whether the answer goes to a device that has shown a code. */
const isForDevice = ({ deviceCode }: Interaction): boolean => deviceCode !== undefined;

/** What a client was when the person allowed it, what it is now, and in which of that it differs. */
export interface ClientChanges {
  readonly before: Pinned;
  readonly now: Pinned;
  readonly changed: readonly PinnedChange[];
}

/** @throws AppError expired if nobody is signed in any more */
export function askedOf(interaction: Interaction, client: Client): Asked {
  const account = requestContext().cache.accounts.get(interaction.session?.accountId as string);
  if (!account) throw overdue();
  const before = rememberedOf(interaction.prompt);
  const outlived = before !== undefined && hasEnded(before, new Date());
  const remembered = outlived ? undefined : before;
  const unregistered = isUnregistered(client);
  const changes = changesOf(remembered, client.pin);
  const requested = parseScope(interaction.params.scope as string | undefined);
  const prompts = String(interaction.params.prompt ?? '').split(' ');
  const details = askedDetails(interaction.params);
  const question = consentQuestion({
    requested,
    optional: optionalScopes(client, requested),
    unregistered,
    remembered,
    everything:
      prompts.includes('consent') ||
      client.applicationType === 'native' ||
      isForDevice(interaction) ||
      (remembered !== undefined && !isAsAllowed(remembered, client.pin)) ||
      asksForOtherProjects(details, remembered),
  });
  return { question, requested, details, remembered, account, client, unregistered, changes, outlived };
}

/** Whether there are projects in which the app does not have what it has in others. */
function asksForOtherProjects(details: ProjectDetails | undefined, remembered: Consent | undefined): boolean {
  if (!details || !remembered) return false;
  return !covers(remembered.authorization_details ?? undefined, withinScopes(details, remembered.granted));
}

function changesOf(remembered: Consent | undefined, pin: string | undefined): ClientChanges | undefined {
  if (!remembered?.pinned || pin === undefined) return undefined;
  const [before, now] = [remembered.pinned, parsePin(pin)];
  const changed = changedSincePinned(before, now);
  return changed.length > 0 ? { before, now, changed } : undefined;
}
