/** Types of the tables of webhooks and logout tokens, see schema. */
import type { Generated } from 'kysely';
import type { DeliveryStatus } from '../policy/webhook-attempts.ts';
import type { WithDefault } from './authorization-tables.ts';

export interface WebhooksTable {
  client_id: string;
  url: string;
  events: string[];
  enabled: WithDefault<boolean>;
  disabled_reason: 'gone' | 'failing' | null;
  succeeded_at: Date | null;
  created_at: WithDefault<Date>;
  updated_at: WithDefault<Date>;
}

export interface WebhookSecretsTable {
  id: Generated<string>;
  client_id: string;
  secret: Buffer;
  last_four: WithDefault<string | null>;
  created_at: WithDefault<Date>;
  expires_at: Date | null;
}

export interface WebhookDeliveriesTable {
  seq: Generated<string>;
  id: string;
  client_id: string;
  type: string;
  body: string;
  status: WithDefault<DeliveryStatus>;
  attempts: WithDefault<number>;
  attempts_before: WithDefault<number>;
  due_at: WithDefault<Date | null>;
  created_at: WithDefault<Date>;
}

export interface WebhookAttemptsTable {
  delivery: string;
  number: number;
  at: Date;
  duration_ms: number;
  status: number | null;
  error: string | null;
  response: string | null;
}
