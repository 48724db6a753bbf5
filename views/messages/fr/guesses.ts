import type { guesses as english } from '../en/guesses.ts';

export const guesses: typeof english = {
  codesSubject: 'Beaucoup de codes faux ont été essayés pour votre compte',
  codesPreview: 'Quelqu’un avait passé la première étape.',
  codesLead:
    'Quelqu’un a passé la première étape d’une connexion à votre compte, avec votre mot de passe ou un lien de votre boîte aux lettres, puis a essayé beaucoup de codes faux. Cette personne doit attendre avant le prochain essai.',
  codesTodo: 'Si ce n’était pas vous, quelqu’un d’autre a votre mot de passe. Définissez-en un nouveau maintenant.',
};
