/** Sends mails that are due. All nodes share the queue, which runs only while there is something to send (queue-run.ts). */
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import { outboxOf } from '../outbound/outbox-folder.ts';
import type { MailOutcome } from '../policy/mails.ts';
import type { Database } from '../store/database.ts';
import { countMails, type MailBacklog } from '../store/mails.ts';
import type { Sealer } from '../store/sealer.ts';
import type { QueueWorkers } from '../store/work-queue.ts';
import { defaultRunTimes } from './queue-run.ts';
import { type QueueWork, startQueueWork } from './queue-work.ts';

export type MailWork = QueueWork<MailOutcome, MailBacklog>;

interface MailWorkDeps {
  readonly config: Config;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly log: Logger;
}

export function startMailDelivery(deps: MailWorkDeps, times = defaultRunTimes): MailWork {
  const { config, db, log } = deps;
  return startQueueWork<MailOutcome, MailBacklog>({
    name: 'mails',
    config,
    log,
    times,
    backlog: { waiting: 0, oldestSeconds: 0 },
    count: () => countMails(db),
    start: (isStopping, onOutcome) => startWorkers(deps, isStopping, onOutcome),
  });
}

/** Imports the queue, the texts and the library with the first mail that is due. */
async function startWorkers(
  { config, db, sealer, log }: MailWorkDeps,
  isStopping: () => boolean,
  onOutcome: (outcome: MailOutcome) => void,
): Promise<QueueWorkers> {
  const [{ startMailWorkers }, { deliverMail }, { sendBySmtp, sendToOutbox }, { textOfMail }] = await Promise.all([
    import('../store/work-queue.ts'),
    import('../operations/mail-delivery.ts'),
    import('../outbound/mail-transport.ts'),
    import('../web/mails.ts'),
  ]);
  const { smtpUrl, issuer, mailFrom: from, upstreams, accountsUpstream } = config;
  const home = upstreams.find(({ name }) => name === accountsUpstream)?.issuer;
  const send = smtpUrl === undefined ? sendToOutbox(outboxOf(config)) : sendBySmtp(smtpUrl);
  return startMailWorkers(
    db.url,
    {
      mails: async (job) => {
        // Taken between the request to stop and its end. An error gives it back to the queue.
        if (isStopping()) throw new Error('this node stops');
        const outcome = await deliverMail({ db, sealer, issuer, from, home, send, render: textOfMail }, job);
        if (outcome) onOutcome(outcome);
        const level = outcome === 'failed' || outcome === 'retry' ? 'warn' : 'debug';
        log[level](
          { mail: job.mail, attempt: job.attempt, outcome },
          `a mail was tried: ${outcome ?? 'by another node'}`,
        );
      },
    },
    (error) => log.warn({ err: error }, 'the queue of mails failed; it will be tried again'),
  );
}
