/**
 * Deletes expired rows in small steps, in one process at a time. It runs often, so tables do not grow under steady load and no
 * clean-up is ever large.
 */
import { purgeLinks } from '../store/account-links.ts';
import { purgeApiKeys } from '../store/api-keys.ts';
import { purgeUsage, purgeUsageReports } from '../store/app-usage.ts';
import { purgeArtifacts } from '../store/artifacts.ts';
import { purgeCodes } from '../store/authorization-codes.ts';
import { purgeUnusedDocuments } from '../store/client-documents.ts';
import { purgeClientStatistics, purgeDailyStatistics } from '../store/client-statistics.ts';
import type { Database, Db } from '../store/database.ts';
import { purgeDeviceCodes } from '../store/device-codes.ts';
import { isDistributed } from '../store/distribution.ts';
import { purgeFailedRequests } from '../store/failed-requests.ts';
import { purgeGrants } from '../store/grants-purge.ts';
import { purgeIdempotentRequests } from '../store/idempotency.ts';
import { purgeInvitations } from '../store/invitations.ts';
import { purgeKeyUsage } from '../store/key-usage.ts';
import { purgeMails } from '../store/mails.ts';
import { purgeRateLimits, purgeSignInLimits } from '../store/purge-limits.ts';
import { underPurgeLock } from '../store/purge-lock.ts';
import { settleRevocations } from '../store/revocation-feed.ts';
import { purgeSessions } from '../store/sessions.ts';
import { purgeSignInAttempts } from '../store/sign-in-attempts.ts';
import { purgeRequests } from '../store/third-party.ts';
import { purgeTokenRevocations } from '../store/token-revocations.ts';
import { purgeWebhookDeliveries } from '../store/webhook-deliveries.ts';
import { purgeRetiredKeys } from './signing-keys.ts';
import type { AuditRetention } from './trim-audit.ts';

/** Maximum rows that one statement deletes. */
const maxRows = 5_000;

/** Imported with the first purge, a minute after the start. */
const registrations = () => import('../store/unused-registrations.ts');
const statusLists = () => import('../store/status-lists.ts');

const tables: readonly [name: string, purge: (db: Db, limit: number) => Promise<number>][] = [
  ['authorization_codes', purgeCodes],
  ['device_codes', purgeDeviceCodes],
  ['artifacts', purgeArtifacts],
  ['sessions', purgeSessions],
  ['grants', purgeGrants],
  ['token_revocation', purgeTokenRevocations],
  ['rate_limits', purgeRateLimits],
  ['sign_in_limits', purgeSignInLimits],
  ['sign_in_attempts', purgeSignInAttempts],
  ['idempotent_requests', purgeIdempotentRequests],
  ['client_figures', purgeClientStatistics],
  ['daily_figures', purgeDailyStatistics],
  ['app_usage', purgeUsage],
  ['api_key_usage', purgeKeyUsage],
  ['usage_reports', purgeUsageReports],
  ['failed_requests', purgeFailedRequests],
  ['webhook_deliveries', purgeWebhookDeliveries],
  ['mails', purgeMails],
  ['account_links', purgeLinks],
  ['invitations', purgeInvitations],
  ['api_keys', purgeApiKeys],
  ['third_party_requests', purgeRequests],
  ['node_changes', async (db, limit) => (await import('../store/node-changes.ts')).purgeNodeChanges(db, limit)],
  ['status_list_tokens', async (db, limit) => (await statusLists()).purgeStatusPlaces(db, limit)],
  ['status_list_clients', async (db, limit) => (await statusLists()).purgeStatusClients(db, limit)],
  ['client_documents', purgeUnusedDocuments],
  ['unused_registrations', async (db, limit) => (await registrations()).purgeUnusedRegistrations(db, limit)],
  ['idle_registrations', async (db, limit) => (await registrations()).purgeIdleRegistrations(db, limit)],
  ['signing_keys', purgeRetiredKeys],
];

/** These look for clients without grants, in statements that can't read several databases. */
const oneDatabaseOnly: readonly string[] = ['client_documents', 'unused_registrations', 'idle_registrations'];

type Table = (typeof tables)[number];

/**
 * Asks one table after the other until one had something to delete, and returns their names with the number of rows. So a
 * transaction deletes from one table alone, and a minute in which nothing expired takes one transaction. On a distributed
 * database, which cannot mix all tables in a transaction, it asks one.
 */
async function purgeNext(trx: Db, waiting: readonly Table[], distributed: boolean): Promise<[string, number][]> {
  const asked: [string, number][] = [];
  for (const [name, purgeTable] of waiting) {
    const count = await purgeTable(trx, maxRows);
    asked.push([name, count]);
    if (count > 0 || distributed) break;
  }
  return asked;
}

/**
 * Deletes expired rows, and with `retention` old events of the audit log. Returns their number by table, or undefined if another
 * node is purging.
 */
export async function purge(db: Database, retention?: AuditRetention): Promise<Record<string, number> | undefined> {
  // While nobody reads the revocation list, nobody else settles it.
  await settleRevocations(db);
  const deleted: Record<string, number> = {};
  const distributed = await isDistributed(db);
  const waiting = tables.filter(([name]) => !distributed || !oneDatabaseOnly.includes(name));
  while (waiting.length > 0) {
    const asked = await underPurgeLock(db, (trx) => purgeNext(trx, waiting, distributed));
    if (!asked) return Object.keys(deleted).length === 0 ? undefined : deleted;
    for (const [name, count] of asked) {
      deleted[name] = (deleted[name] ?? 0) + count;
      if (count < maxRows) waiting.shift();
    }
  }
  if (!retention) return deleted;
  const { trimAudit } = await import('./trim-audit.ts');
  return { ...deleted, audit_events: (await trimAudit(db, retention)) ?? 0 };
}
