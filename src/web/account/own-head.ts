/** The facts in the head of every page about the owner's app. */
import type { AppHead } from '../../../views/account/your-app.ts';
import { ownerBar } from '../../policy/client/ownership.ts';
import { reviewFacts } from '../../policy/client/review-readiness.ts';
import { clientState } from '../../policy/client/state.ts';
import { logoPath } from '../../policy/logos.ts';
import type { Client } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import { countFailuresSince } from '../../store/failed-requests.ts';
import { usesSecret } from '../admin/clients/subject.ts';
import { pathOf } from './own-pages.ts';

export const dayMs = 86_400_000;

export async function appHead(db: Db, client: Client, now: Date): Promise<AppHead> {
  const bar = ownerBar(client);
  return {
    clientId: client.client_id,
    path: pathOf(client.client_id),
    name: client.client_name,
    ...(client.logo_hash && { logo: logoPath(client.logo_hash) }),
    firstParty: client.first_party,
    state: clientState(client),
    failed: await countFailuresSince(db, client.client_id, new Date(now.getTime() - dayMs)),
    hasSecrets: usesSecret(client),
    reviewed: bar !== 'first_party' && bar !== 'gateway',
    editable: bar === undefined,
    missing: reviewFacts(client).filter(({ given }) => !given).length,
  };
}
