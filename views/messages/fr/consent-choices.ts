import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { consentChoices as english } from '../en/consent-choices.ts';

export const consentChoices: typeof english = {
  readOnly: 'Lecture seule',
  readOnlyWhat: 'Elle peut consulter, sans rien modifier ni dépenser.',
  leftOut: 'Exclu, à cause de « Lecture seule ».',
  howLong: 'Pour combien de temps',
  durations: { '3600': '1 heure', '86400': '1 jour', '2592000': '30 jours', until: 'Jusqu’à ce que je la déconnecte' },
  alsoEnds:
    'Quel que soit votre choix, l’accès prend fin après 30 jours sans utilisation, et au plus tard après un an.',
  allowedUntil: (moment: Html): Html =>
    html`Vous l’avez autorisée jusqu’au ${moment}. Votre choix ici est la fin de cette connexion, pas de celles qu’elle a déjà.`,
  allowedForGood:
    'Vous l’avez autorisée jusqu’à ce que vous la déconnectiez. Votre choix ici est la fin de cette connexion, pas de celles qu’elle a déjà.',
  outlived: 'Ce que vous aviez autorisé à cette application a pris fin entre-temps. Choisissez à nouveau.',
  accessUntil: (moment: Html): Html => html`accès jusqu’au ${moment}`,
  accessEnded: (moment: Html): Html => html`accès terminé le ${moment}`,
  activityUntil: (moment: Html): Html => html`Jusqu’au ${moment}.`,
};
