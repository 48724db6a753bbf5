import type { failures as english } from '../en/failures.ts';

export const failures: typeof english = {
  caption: 'Requêtes en échec, les plus récentes d’abord',
  wrongAndFix: 'Ce qui n’allait pas, et comment corriger',
  request: 'Requête',
  sender: 'Expéditeur',
  senderUnknown: 'Expéditeur inconnu',
  everybody: 'Tous',
  known: 'L’application et les personnes qui l’utilisent',
  unknown: 'Inconnu',
  find: 'Rechercher',
  notShown: 'envoyé, non affiché',
  whatWasSent: 'Ce qui a été envoyé',
  endpoint: 'Point d’accès',
  ourAnswer: 'Notre réponse',
  detail: 'Précision',
  senders: {
    client: 'L’application. Elle s’était authentifiée.',
    person: 'Une personne connectée ici, ou dont un code ou un jeton de cette application a été envoyé.',
    stranger:
      'Inconnu. N’importe qui peut envoyer une requête qui nomme l’application ; cela ne compte donc pas contre elle.',
  },
};
