/**
 * Queues mails. Call it in the transaction of what the mail tells, so that both happen or neither. The text is made when
 * the mail is sent (mail-delivery.ts), never in a request.
 */
import { type Mail, type MailFacts, maxMails, type Occasion } from '../policy/mails.ts';
import type { Db } from '../store/database.ts';
import { insertDailyMail, insertMail } from '../store/mails.ts';
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
 * Queues a mail that somebody asks for. Returns false if it is one too many. `device` is the id of a browser that has
 * signed in to this address before. Its mails are counted apart from those of strangers.
 */
export function queueLimitedMail(trx: Db, mail: Mail, device: string | undefined, off = false): Promise<boolean> {
  const key = sha256(['mail', mail.kind, mail.to, device ?? ''].join(' '));
  return insertMail(trx, mail, { key, ...(off ? { halfAnHour: 2 ** 30, anHour: 2 ** 30 } : maxMails) });
}

/**
 * Tells that somebody has used up the guesses of a day: at a password, by the address that was typed, or at the second step of
 * an account. It costs the request one statement, whether or not the address has an account.
 */
export function tellOfGuesses(
  db: Db,
  at: { readonly email: string } | { readonly accountId: string },
  by: Pick<Actor, 'ip' | 'userAgent'>,
): Promise<void> {
  const kind = 'account_locked';
  if ('email' in at) return insertDailyMail(db, { kind, to: at.email, facts: occasionOf(by) });
  const facts: MailFacts[typeof kind] = { ...occasionOf(by), guessed: 'codes' };
  return insertDailyMail(db, { kind, accountId: at.accountId, facts });
}
