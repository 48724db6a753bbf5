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
  /** A stream of Shared Signals may have something to push. */
  readonly signals: boolean;
}

// Each part reads the first entry of an index.
export const waitingWork: Statement = {
  name: 'waiting-work',
  text: `SELECT (SELECT event FROM audit_unsealed ORDER BY event LIMIT 1) IS NOT NULL AS unsealed,
    coalesce((SELECT due_at FROM webhook_deliveries WHERE status = 'pending' ORDER BY due_at LIMIT 1) <= clock_timestamp(), false)
      AS webhooks,
    coalesce((SELECT due_at FROM mails WHERE status = 'pending' ORDER BY due_at LIMIT 1) <= clock_timestamp(), false) AS mails,
    EXISTS (SELECT FROM signal_streams s JOIN clients c USING (client_id)
      WHERE push_url IS NOT NULL AND (s.status = 'enabled' OR update_id IS NOT NULL) AND c.status = 'active'
      AND (due_at IS NULL OR due_at <= clock_timestamp()) AND (held_until IS NULL OR held_until < clock_timestamp())
      AND (verify_id IS NOT NULL OR update_id IS NOT NULL OR read_seq < (SELECT max(sealed_seq) FROM audit_seals))) AS signals`,
};
