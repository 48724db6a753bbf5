import { html } from 'hono/html';
import type { connectedApp as english } from '../en/connected-app.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const connectedApp: typeof english = {
  details: 'Détails',
  detailsOf: (app) => `de ${app}`,
  who: 'Qui elle est',
  may: 'Ce qu’elle peut faire',
  mayLead:
    'Si vous retirez une autorisation, l’application continue avec le reste, ou est déconnectée s’il ne lui reste rien à faire. Pour la récupérer, elle doit vous la demander.',
  ownLead: 'Une application de VibeCaaS. Elle garde cela jusqu’à ce que vous la déconnectiez.',
  remove: 'Retirer',
  removeFrom: (permission, app) => `${permission} à ${app}`,
  where: 'Dans quels projets',
  whereOnly: (n: number): string =>
    plural(n, {
      one: 'Seulement celui-ci. Les nouveaux projets lui restent fermés.',
      other: 'Seulement ces #. Les nouveaux projets lui restent fermés.',
    }),
  whereOthers: 'Ceux-ci et, pour une partie de ce qu’elle peut faire, tous les autres.',
  projectRemoved: 'Le projet est retiré.',
  projectRemovedTodo: 'L’application ne peut plus l’utiliser.',
  until: 'Jusqu’à quand',
  untilYou: (since) =>
    html`Autorisée le ${since}, jusqu’à ce que vous la déconnectiez. Une connexion inutilisée prend fin après 30 jours, et chacune prend fin après un an.`,
  untilYouByHour: (since) =>
    html`Autorisée le ${since}, jusqu’à ce que vous la déconnectiez. Une connexion dure une heure ; ensuite, l’application doit revenir ici.`,
  untilEnd: (since, end) => html`Autorisée le ${since}, jusqu’au ${end}.`,
  ended: (end) => html`Son accès a pris fin le ${end}. Elle doit vous le redemander.`,
  sooner: 'Y mettre fin plus tôt :',
  ends: { '1': 'dans 1 jour', '30': 'dans 30 jours', '90': 'dans 90 jours' },
  set: 'Fixer',
  connections: 'Connexions',
  connectionsLead:
    'Chaque fois que vous l’avez connectée. Si vous mettez fin à une connexion, l’application y est coupée.',
  noConnections: 'Aucune connexion actuellement.',
  more: (n) => `Les ${n} plus récentes sont affichées.`,
  connected: (moment) => html`Connectée le ${moment}`,
  end: 'Mettre fin',
  endOne: (n) => `à la connexion ${n}`,
  removed: (permission) => `« ${permission} » est retirée.`,
  removedTodo: 'L’application continue avec le reste.',
  limited: 'La fin est fixée.',
  limitedTodo: 'L’accès de l’application prendra alors fin de lui-même.',
  connectionEnded: 'La connexion a pris fin.',
  connectionEndedTodo: 'Les autres connexions de l’application continuent.',
  events: {
    narrowed: (app) => html`Une autorisation retirée à <b>${app}</b>, qui continue avec le reste`,
    limited: (app) => html`Une fin fixée pour <b>${app}</b>`,
  },
};
