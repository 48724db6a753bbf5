import { html } from 'hono/html';
import type { connectedApps as english } from '../en/connected-apps.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const connectedApps: typeof english = {
  lead: 'Applications et agents qui peuvent agir pour vous. Déconnectez-en un : son accès prend fin en une seconde, partout.',
  disconnect: 'Déconnecter',
  byOrganisation: 'Autorisé par votre organisation',
  since: (day) => html`Depuis le ${day}`,
  noConnection: 'aucune connexion actuellement',
  lastUsed: (ago) => `dernière utilisation ${ago}`,
  lastRenewed: (ago) => `dernier renouvellement ${ago}`,
  lastConnected: (ago) => `dernière connexion ${ago}`,
  connections: (n) => plural(n, { one: '# connexion', other: '# connexions' }),
  disconnected: (app) => html`${app} est déconnectée.`,
  disconnectedTodo: 'Tout son accès a pris fin. Pour annuler, reconnectez-vous depuis l’application.',
  stopped: 'VibeCaaS a arrêté cette application.',
  stoppedTodo:
    'Elle ne peut rien faire pour l’instant. Si elle peut continuer plus tard, ce que vous avez autorisé vaut de nouveau ; déconnectez-la si vous ne le voulez pas.',
  empty: 'Aucune application n’est connectée',
  emptyText:
    'Quand vous autorisez une application à agir pour vous, elle apparaît ici avec ce qu’elle peut faire et un bouton pour y mettre fin.',
  build: 'En créer une vous-même',
};
