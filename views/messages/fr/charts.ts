import type { charts as english } from '../en/charts.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const charts: typeof english = {
  none: (days) => plural(days, { one: 'Aucun en # jour.', other: 'Aucun en # jours.' }),
  said: (what, first, last, max, peak) => `${what} par jour du ${first} au ${last} : au plus ${max}, le ${peak}`,
  maximum: (max, day) => `Au plus ${max}, le ${day}`,
  asTable: 'Sous forme de tableau',
  perDay: (what) => `${what} par jour`,
  day: 'Jour (UTC)',
  inDays: (days) => plural(days, { one: 'en # jour', other: 'en # jours' }),
  inDaysAndStrangers: (days, strangers) =>
    `${plural(days, { one: 'en # jour', other: 'en # jours' })} ; ${strangers} de plus d’expéditeurs inconnus`,
  tokens: 'Jetons',
  tokensLead: 'Réponses du point d’accès des jetons avec un jeton d’accès, par jour.',
  tokensIssued: 'Jetons émis',
  tokensByGrant: 'Jetons émis par jour, selon le type',
  code: 'Code',
  refresh: 'Renouvellement',
  service: 'Service',
  exchange: 'Échange',
  organisation: 'Par l’organisation',
  failed: 'Requêtes en échec',
  failedShort: 'Échecs',
  reused: 'Jetons de renouvellement réutilisés',
};
