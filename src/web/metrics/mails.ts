/** Metrics of mails: how many wait, and how attempts went. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { type MailOutcome, mailOutcomes } from '../../policy/mails.ts';

export function measureMails(
  registry: Registry,
  mails: {
    onOutcome(listener: (outcome: MailOutcome) => void): void;
    backlog(): { readonly waiting: number; readonly oldestSeconds: number };
  },
): void {
  const registers = [registry];
  const attempts = new Counter({
    name: 'mail_attempts_total',
    help: 'Attempts to send a mail by outcome: sent, retry, failed (given up), dropped (nobody to write to)',
    labelNames: ['outcome'],
    registers,
  });
  // Starts at zero, so that the first failure is an increase.
  for (const outcome of mailOutcomes) attempts.inc({ outcome }, 0);
  mails.onOutcome((outcome) => attempts.inc({ outcome }));
  // Every process counts the whole queue, so the highest value is right, not the sum.
  new Gauge({
    name: 'mails_waiting',
    help: 'Mails of all processes that are not sent and not given up',
    aggregator: 'max',
    registers,
    collect() {
      this.set(mails.backlog().waiting);
    },
  });
  new Gauge({
    name: 'mail_oldest_seconds',
    help: 'Age of the oldest mail of all processes that waits',
    aggregator: 'max',
    registers,
    collect() {
      this.set(mails.backlog().oldestSeconds);
    },
  });
}
