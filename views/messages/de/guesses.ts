import type { guesses as english } from '../en/guesses.ts';

export const guesses: typeof english = {
  codesSubject: 'Für Ihr Konto wurden viele falsche Codes versucht',
  codesPreview: 'Jemand kam über den ersten Schritt hinaus.',
  codesLead:
    'Jemand kam bei einer Anmeldung in Ihrem Konto über den ersten Schritt hinaus, mit Ihrem Passwort oder einem Link aus Ihrem Postfach, und hat dann viele falsche Codes versucht. Vor dem nächsten Versuch muss er warten.',
  codesTodo: 'Wenn Sie das nicht waren, hat jemand anderes Ihr Passwort. Legen Sie jetzt ein neues fest.',
};
