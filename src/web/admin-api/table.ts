/** Every operation of the admin API, and the lookup by path. */
import { accountOperations } from './accounts.ts';
import { activityOperations } from './activity.ts';
import { apiKeyOperations } from './api-keys.ts';
import { clientActions, decisionOperations, secretOperations } from './client-actions.ts';
import { documentOperations } from './client-documents.ts';
import { logoOperations } from './client-logos.ts';
import { clientOperations } from './clients.ts';
import { grantOperations } from './grants.ts';
import { installationOperations } from './installation.ts';
import { invitationOperations } from './invitations.ts';
import { leakedOperations } from './leaked-secrets.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';
import { signalStreamOperations } from './signal-streams.ts';
import { thirdPartyOperations } from './third-party.ts';
import { webhookDeliveryOperations } from './webhook-deliveries.ts';
import { webhookOperations } from './webhooks.ts';

export const operations: readonly Operation[] = [
  ...clientOperations,
  ...clientActions,
  ...decisionOperations,
  ...documentOperations,
  ...logoOperations,
  ...secretOperations,
  ...thirdPartyOperations,
  ...webhookOperations,
  ...webhookDeliveryOperations,
  ...signalStreamOperations,
  ...accountOperations,
  ...invitationOperations,
  ...grantOperations,
  ...leakedOperations,
  ...apiKeyOperations,
  ...activityOperations,
  ...installationOperations,
];

const routes = operations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

export interface Route {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Returns the operations of a path relative to /admin/v1, one for each method.
 * @throws Refusal if the path has no operation
 */
export function routesAt(path: string): Route[] {
  const here = routes.filter(({ pattern }) => pattern.test(path));
  if (here.length === 0) throw new Refusal(404, 'NOT_FOUND', 'There is nothing at this address: see /admin/v1/docs');
  return here.map(({ operation, pattern }) => ({ operation, params: paramsOf(pattern, path) }));
}

function paramsOf(pattern: RegExp, path: string): Record<string, string> {
  const groups = pattern.exec(path)?.groups ?? {};
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}
