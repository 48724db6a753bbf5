/** The client that the URL of a page names, with the counts of its tabs. */

import type { Context } from 'koa';
import type { ClientSubject } from '../../../../views/admin/clients/head.ts';
import { number } from '../../../../views/text.ts';
import { appStanding } from '../../../policy/client/standing.ts';
import { clientState } from '../../../policy/client/state.ts';
import { logoPath } from '../../../policy/logos.ts';
import { countOfClient } from '../../../store/client-counts.ts';
import type { Client } from '../../../store/clients.ts';
import { maxCounted } from '../../../store/counts.ts';
import type { Db } from '../../../store/database.ts';

type WithParams = Context & { params?: Record<string, string> };

export const clientIdOf = (ctx: WithParams): string => ctx.params?.id as string;

export const clientPath = (clientId: string): string => `/admin/client/${encodeURIComponent(clientId)}`;

/** The version of the client that a form was filled in for. */
export const versionOf = (client: Client): string => client.updated_at.toISOString();

export function usesSecret({ token_endpoint_auth_method: method }: Client): boolean {
  return method.startsWith('client_secret_');
}

/** Counts stop at `maxCounted`; then `+` follows. */
export const bounded = (count: number): string => `${number(count)}${count < maxCounted ? '' : '+'}`;

export async function clientSubject(db: Db, client: Client): Promise<ClientSubject> {
  const counts = await countOfClient(db, client.client_id);
  return {
    clientId: client.client_id,
    name: client.client_name,
    state: clientState(client),
    blocked: client.status === 'blocked',
    selfRegistered: client.registration_type === 'dynamic',
    type: client.type,
    ...(client.owner_name && { owner: client.owner_name }),
    ...(client.type !== 'service' && { people: bounded(counts.people) }),
    failures: counts.failures,
    ...(usesSecret(client) && { secrets: counts.secrets }),
    app: appOf(client),
  };
}

/** The client as the pages show an app. */
export const appOf = (
  client: Pick<Client, 'client_id' | 'client_name' | 'logo_hash'> & Parameters<typeof appStanding>[0],
): ClientSubject['app'] => ({
  clientId: client.client_id,
  name: client.client_name,
  standing: appStanding(client),
  ...(client.logo_hash && { logo: logoPath(client.logo_hash) }),
});
