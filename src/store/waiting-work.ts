/** What a node looks for three times in two seconds, in one statement: work that no notification announces. */
import type { Statement } from './database.ts';

/** Work that waits for any node. */
export interface WaitingWork {
  /** Events of the audit log wait for their seal. */
  readonly unsealed: boolean;
  /** Attempts to deliver a webhook are due. */
  readonly webhooks: boolean;
  /** Attempts to send a mail are due. */
  readonly mails: boolean;
}

// Each part reads the first entry of an index.
export const waitingWork: Statement = {
  name: 'waiting-work',
  text: `SELECT (SELECT event FROM audit_unsealed ORDER BY event LIMIT 1) IS NOT NULL AS unsealed,
    coalesce((SELECT due_at FROM webhook_deliveries WHERE status = 'pending' ORDER BY due_at LIMIT 1) <= clock_timestamp(), false)
      AS webhooks,
    coalesce((SELECT due_at FROM mails WHERE status = 'pending' ORDER BY due_at LIMIT 1) <= clock_timestamp(), false) AS mails`,
};
