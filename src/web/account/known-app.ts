/** An app that a person has connected, also while VibeCaaS has stopped it: it is still the same app. */
import type { App } from '../../../views/app-identity.ts';
import { clientView, storedView } from '../../oidc/hooks/client-view.ts';
import { findClient } from '../../store/clients.ts';
import type { Db } from '../../store/database.ts';
import type { WebDeps } from '../deps.ts';

export type KnownAppDeps = Pick<WebDeps, 'engine'> & { readonly db: Db };

export interface KnownApp {
  readonly app: App;
  /** It is suspended, or blocked by a rule, so it can do nothing. */
  readonly stopped: boolean;
  readonly refreshes: boolean;
  readonly hasSecret: boolean;
}

/** Undefined if the client was deleted. Only a stopped client costs a statement. */
export async function findKnownApp({ db, engine }: KnownAppDeps, clientId: string): Promise<KnownApp | undefined> {
  const client = await engine.provider().Client.find(clientId);
  if (client) {
    const [refreshes, hasSecret] = [client.grantTypeAllowed('refresh_token'), client.clientAuthMethod !== 'none'];
    return { app: clientView(client), stopped: false, refreshes, hasSecret };
  }
  const stored = await findClient(db, clientId);
  if (!stored) return undefined;
  const { grant_types: grants, token_endpoint_auth_method: method } = stored;
  return {
    app: storedView(stored),
    stopped: true,
    refreshes: grants.includes('refresh_token'),
    hasSecret: method !== 'none',
  };
}
