/** The text of a mail, in the recipient's language. */
import { renderMail } from '../../views/mails/index.ts';
import type { ReadyMail } from '../operations/mail-delivery.ts';

export async function textOfMail({ mail, issuer, link, language }: ReadyMail) {
  return renderMail({ ...mail, issuer, link }, language);
}
