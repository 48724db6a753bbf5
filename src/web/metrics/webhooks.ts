/** Metrics of webhooks: how many events wait, and how attempts went. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { type DeliveryOutcome, deliveryOutcomes } from '../../policy/webhook-attempts.ts';

export function measureWebhooks(
  registry: Registry,
  webhooks: {
    onOutcome(listener: (outcome: DeliveryOutcome) => void): void;
    backlog(): { readonly waiting: number; readonly lateSeconds: number };
  },
): void {
  const registers = [registry];
  const attempts = new Counter({
    name: 'webhook_attempts_total',
    help: 'Attempts to deliver a webhook by outcome: delivered, retry, failed (given up), gone (410), off',
    labelNames: ['outcome'],
    registers,
  });
  // Starts at zero, so that the first failure is an increase.
  for (const outcome of deliveryOutcomes) attempts.inc({ outcome }, 0);
  webhooks.onOutcome((outcome) => attempts.inc({ outcome }));
  // Every process counts the whole queue, so the highest value is right, not the sum.
  new Gauge({
    name: 'webhook_events_waiting',
    help: 'Webhook events of all processes that are not delivered and not given up',
    aggregator: 'max',
    registers,
    collect() {
      this.set(webhooks.backlog().waiting);
    },
  });
  new Gauge({
    name: 'webhook_overdue_seconds',
    help: 'By how much the most urgent attempt of all processes is late',
    aggregator: 'max',
    registers,
    collect() {
      this.set(webhooks.backlog().lateSeconds);
    },
  });
}
