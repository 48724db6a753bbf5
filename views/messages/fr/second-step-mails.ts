import type { secondStepMails as english } from '../en/second-step-mails.ts';

export const secondStepMails: typeof english = {
  codesSubject: 'Beaucoup de codes faux ont été essayés pour votre compte',
  codesPreview: 'Quelqu’un avait passé la première étape.',
  codesLead:
    'Quelqu’un a passé la première étape d’une connexion à votre compte, avec votre mot de passe ou un lien de votre boîte aux lettres, puis a essayé beaucoup de codes faux. Cette personne doit attendre avant le prochain essai.',
  codesTodo: 'Si ce n’était pas vous, quelqu’un d’autre a votre mot de passe. Définissez-en un nouveau maintenant.',

  appAndPasskeysRemoved: 'Votre application d’authentification et vos clés d’accès ont été retirées',
  passkeysRemoved: 'Vos clés d’accès ont été retirées',
};
