/** The text of a mail, in the recipient's language. */
import { renderMail } from '../../views/mails/index.ts';
import { inLanguage } from '../../views/messages/index.ts';
import { isLanguage } from '../../views/messages/languages.ts';
import type { ReadyMail } from '../operations/mail-delivery.ts';

export function textOfMail({ mail, issuer, link, secondStep, language }: ReadyMail) {
  return inLanguage(isLanguage(language) ? language : 'en', () => renderMail({ ...mail, issuer, link, secondStep }));
}
