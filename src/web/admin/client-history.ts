/** The life of a client, as the audit log knows it. */
import type { LifecycleEvent, LifecycleStep } from '../../../views/admin/client-review-section.ts';
import { listAuditOf } from '../../store/audit.ts';
import type { Db } from '../../store/database.ts';
import { actorNames } from './actor-names.ts';

const steps: Readonly<Record<string, LifecycleStep>> = {
  'client.submitted': 'submitted',
  'client.verified': 'verified',
  'client.review_reopened': 'reopened',
  'client.sent_back': 'sent_back',
  'client.disabled': 'suspended',
  'client.enabled': 'resumed',
};
const shown = 6;

/** The last few steps, the newest first. */
export async function historyOf(db: Db, clientId: string): Promise<LifecycleEvent[]> {
  const events = await listAuditOf(db, { target: `client:${clientId}`, actions: Object.keys(steps), limit: shown });
  const names = await actorNames(db, events);
  return events.map(({ action, actor, at, details }) => {
    const { reason } = details as { reason?: string };
    return { what: steps[action] as LifecycleStep, by: names(actor), at, ...(reason && { reason }) };
  });
}
