import type { secondStepMails as english } from '../en/second-step-mails.ts';

export const secondStepMails: typeof english = {
  codesSubject: 'Für Ihr Konto wurden viele falsche Codes versucht',
  codesPreview: 'Jemand kam über den ersten Schritt hinaus.',
  codesLead:
    'Jemand kam bei einer Anmeldung in Ihrem Konto über den ersten Schritt hinaus, mit Ihrem Passwort oder einem Link aus Ihrem Postfach, und hat dann viele falsche Codes versucht. Vor dem nächsten Versuch muss er warten.',
  codesTodo: 'Wenn Sie das nicht waren, hat jemand anderes Ihr Passwort. Legen Sie jetzt ein neues fest.',

  appAndPasskeysRemoved: 'Ihre Authenticator-App und Ihre Passkeys wurden entfernt',
  passkeysRemoved: 'Ihre Passkeys wurden entfernt',
};
