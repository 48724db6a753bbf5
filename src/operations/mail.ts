/**
 * Queues mails. Call it in the transaction of what the mail tells, so that both happen or neither. The text is made when
 * the mail is sent (mail-delivery.ts), never in a request.
 */
import { type Mail, maxMailsAnHour, type Occasion } from '../policy/mails.ts';
import type { Db } from '../store/database.ts';
import { insertMail } from '../store/mails.ts';
import { sha256 } from '../store/sealer.ts';
import type { Actor } from './actor.ts';

/** When and from where the actor does something, for the mail that tells it. */
export function occasionOf({ ip, userAgent, language }: Pick<Actor, 'ip' | 'userAgent' | 'language'>): Occasion {
  return {
    at: new Date().toISOString(),
    ...(ip !== undefined && { ip }),
    ...(userAgent && { userAgent }),
    ...(language && { language }),
  };
}

export async function queueMail(trx: Db, mail: Mail): Promise<void> {
  await insertMail(trx, mail);
}

/**
 * Queues a mail that somebody asks for, at most three in an hour. Returns false if it is one too many. `device` is the id
 * of a browser that has signed in to this address before. Its mails are counted apart, so that strangers who use up the
 * three cannot keep the person out.
 */
export function queueLimitedMail(trx: Db, mail: Mail, device: string | undefined, off = false): Promise<boolean> {
  const key = sha256(['mail', mail.kind, mail.to, device ?? ''].join(' '));
  return insertMail(trx, mail, { key, anHour: off ? 2 ** 30 : maxMailsAnHour });
}
