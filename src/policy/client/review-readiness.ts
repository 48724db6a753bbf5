/** What a reviewer needs before they can look at a client, and what they will ask about. Pure. */

import { parseScope } from '../scopes.ts';
import type { ClientMetadata } from './metadata.ts';
import { clientTypes } from './types.ts';

type Described = Pick<
  ClientMetadata,
  'description' | 'owner_name' | 'client_uri' | 'policy_uri' | 'contacts' | 'type' | 'scope' | 'optional_scope'
>;

/** A fact that a review starts from. */
export type ReviewFact = 'description' | 'owner_name' | 'client_uri' | 'policy_uri' | 'contacts';

/** Every fact that applies to the client, and whether it is there. */
export function reviewFacts(client: Described): { readonly fact: ReviewFact; readonly given: boolean }[] {
  const { people } = clientTypes[client.type];
  const given: [ReviewFact, boolean][] = [
    ['description', Boolean(client.description)],
    ['owner_name', Boolean(client.owner_name)],
    ['client_uri', Boolean(client.client_uri)],
    ['policy_uri', Boolean(client.policy_uri)],
    ['contacts', client.contacts.length > 0],
  ];
  return given.filter(([fact]) => people || fact !== 'policy_uri').map(([fact, is]) => ({ fact, given: is }));
}

/** Scopes that change things or cost money and that people can't leave out: a reviewer asks why. */
export function demandedScopes({ scope, optional_scope: optional }: Described): string[] {
  const left = parseScope(optional);
  return parseScope(scope).filter((one) => /:(write|generate)$/.test(one) && !left.includes(one));
}
