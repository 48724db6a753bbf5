/** Starts what is sent to others in the background: webhooks, mails, signals, and the audit stream. Each looks when something waits. */
import { webhookRules } from '../config/rules.ts';
import type { Metrics } from '../web/metrics/index.ts';
import { measureMails } from '../web/metrics/mails.ts';
import { measureWebhooks } from '../web/metrics/webhooks.ts';
import type { BackgroundWork } from './background.ts';
import type { Base } from './bootstrap.ts';
import { startMailDelivery } from './mail-worker.ts';
import type { SignalPush } from './signal-push.ts';
import { startWebhookDelivery, type WebhookDeps } from './webhook-worker.ts';

interface Observation {
  readonly metrics: Metrics;
  readonly background: BackgroundWork;
}

type Sending = Pick<WebhookDeps, 'outbound' | 'keys'>;

/** They end with the cleanup. `stop` starts no new deliveries of webhooks and mails from then on. */
export async function startDeliveries(
  base: Base,
  sending: Sending,
  observation: Observation,
): Promise<{ stop(): void }> {
  const workers: { stop(): Promise<void> }[] = [startMails(base, observation)];
  if (base.config.webhookDelivery) {
    workers.push(startWebhooks(base, sending, observation));
    await streamAudit(base, sending, observation);
  }
  startSignals(base, sending, observation);
  return {
    stop() {
      for (const worker of workers) worker.stop().catch(() => {});
    },
  };
}

function startWebhooks({ cleanup, ...base }: Base, sending: Sending, { metrics, background }: Observation) {
  const webhooks = startWebhookDelivery({ ...base, ...sending });
  cleanup.add(() => webhooks.stop());
  measureWebhooks(metrics.registry, webhooks);
  background.onLook((waiting) => webhooks.look(waiting.webhooks));
  return webhooks;
}

function startMails({ cleanup, ...base }: Base, { metrics, background }: Observation) {
  const mails = startMailDelivery(base);
  cleanup.add(() => mails.stop());
  measureMails(metrics.registry, mails);
  background.onLook((waiting) => mails.look(waiting.mails));
  return mails;
}

/** Imported when a stream may have something to push, or is measured for the first time. */
const firstMeasureMs = 60_000;

function startSignals({ cleanup, ...base }: Base, sending: Sending, { metrics, background }: Observation): void {
  const beganAtMs = performance.now();
  let push: Promise<SignalPush> | undefined;
  const start = async () => {
    const { startSignalPush } = await import('./signal-push.ts');
    const { issuer, webhookDelivery: sends } = base.config;
    return startSignalPush({
      ...base,
      ...sending,
      rules: webhookRules(base.config),
      issuer,
      sends,
      metrics: metrics.signals,
    });
  };
  background.onLook(({ signals }) => {
    if (!push && !signals && performance.now() - beganAtMs < firstMeasureMs) return;
    push ??= start();
    push.then(
      (one) => one.look(signals),
      (error) => {
        push = undefined;
        base.log.warn({ err: error }, 'signals can’t be pushed');
      },
    );
  });
  cleanup.add(async () => (await push?.catch(() => undefined))?.stop());
}

async function streamAudit(base: Base, { outbound }: Sending, { metrics, background }: Observation): Promise<void> {
  if (base.config.auditStreamUrl === undefined) return;
  const { startAuditStream } = await import('./audit-stream.ts');
  const stream = startAuditStream({ ...base, outbound, registry: metrics.registry }, base.config.auditStreamUrl);
  base.cleanup.add(() => stream.stop());
  background.onLook(stream.look);
}
