import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import type { Html } from '../../text.ts';

export type ClientState = 'draft' | 'in_review' | 'verified' | 'suspended';

export type ClientType = 'web' | 'spa' | 'native' | 'service';

export const typeLabel = (type: ClientType): string => m().adminClients.types[type];

export const stateLabel = (state: ClientState): string => m().adminClients.states[state];

const looks: Readonly<Record<ClientState, readonly [kind: string, icon: Html | undefined]>> = {
  draft: ['tag', undefined],
  in_review: ['tag warn', icons.clock],
  verified: ['tag good', icons.verified],
  suspended: ['tag bad', icons.wrong],
};

/** The state; a client that a rule blocks is not suspended by an admin, unless it is both. */
export function stateTag(state: ClientState, blocked = false): Html {
  const [kind, icon] = looks[state];
  if (blocked && state === 'suspended')
    return html`<span class="${kind}">${icon}${m().thirdParty.admin.blocked.state}</span>`;
  return html`<span class="${kind}">${icon}${stateLabel(state)}</span>`;
}

/** Nobody at VibeCaaS has registered the client. */
export const selfRegisteredTag = (): Html => html` <span class="tag">${m().clientDocuments.registeredItself}</span>`;
