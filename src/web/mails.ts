/** The text of a mail, in the recipient's language. */
import { browserName } from '../../views/browser.ts';
import { renderMail } from '../../views/mails/index.ts';
import { inLanguage } from '../../views/messages/index.ts';
import { isLanguage } from '../../views/messages/languages.ts';
import type { ReadyMail } from '../operations/mail-delivery.ts';
import { nameBrowser } from '../policy/browsers.ts';
import type { Occasion } from '../policy/mails.ts';

export function textOfMail({ mail, issuer, link, secondStep, language }: ReadyMail) {
  return inLanguage(isLanguage(language) ? language : 'en', () => {
    const browser = browserOf(mail.facts);
    return renderMail({ ...mail, issuer, link, secondStep, browser });
  });
}

/** Browser and system in words; undefined if the header names neither, because then a word says nothing. */
function browserOf(facts: object): string | undefined {
  const named = nameBrowser((facts as Partial<Occasion>).userAgent);
  return named.browser || named.system ? browserName(named) : undefined;
}
