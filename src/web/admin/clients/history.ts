/** The history of a client from the audit log: the changes of its state, and everything that was done to it. */
import { clientHistoryPage } from '../../../../views/admin/clients/history.ts';
import type { LifecycleEvent, LifecycleStep } from '../../../../views/admin/clients/review-section.ts';
import { listAuditOf } from '../../../store/audit.ts';
import { getClient } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import type { WebDeps } from '../../deps.ts';
import { actorNames } from '../actor-names.ts';
import { framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { auditRows } from '../system/audit-rows.ts';
import { clientIdOf, clientSubject } from './subject.ts';

const steps: Readonly<Record<string, LifecycleStep>> = {
  'client.submitted': 'submitted',
  'client.verified': 'verified',
  'client.review_reopened': 'reopened',
  'client.sent_back': 'sent_back',
  'client.disabled': 'suspended',
  'client.enabled': 'resumed',
};
const shown = 6;

export function clientHistoryPages(pages: AdminPages, { db }: WebDeps): void {
  pages.show('/client/:id/history', async (ctx, admin) => {
    const client = await getClient(db, clientIdOf(ctx));
    const { rows, links, removed } = await auditRows(ctx, db, { target: `client:${client.client_id}` });
    ctx.body = clientHistoryPage({
      frame: framed(ctx, admin),
      subject: await clientSubject(db, client),
      rows,
      links,
      removed: removed && client.created_at <= removed.before ? removed : undefined,
    });
  });
}

/** The last changes of state, the newest first. */
export async function historyOf(db: Db, clientId: string): Promise<LifecycleEvent[]> {
  const events = await listAuditOf(db, { target: `client:${clientId}`, actions: Object.keys(steps), limit: shown });
  const names = await actorNames(db, events);
  return events.map(({ action, actor, at, details }) => {
    const { reason } = details as { reason?: string };
    return { what: steps[action] as LifecycleStep, by: names(actor), at, ...(reason && { reason }) };
  });
}
