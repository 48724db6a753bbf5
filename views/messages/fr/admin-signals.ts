import { html } from 'hono/html';
import type { adminSignals as english } from '../en/admin-signals.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const adminSignals: typeof english = {
  title: 'Signaux',
  lead: 'Services qui apprennent par Shared Signals quand des sessions se terminent et des identifiants changent.',
  caption: 'Flux de signaux par destinataire',
  noun: (n) => plural(n, { one: 'flux', other: 'flux' }),
  order: 'Par identifiant de client',
  receiver: 'Destinataire',
  delivery: 'Envoi',
  state: 'État',
  waiting: 'En attente',
  delivered: 'Dernier envoi',
  lastError: 'Dernière erreur',
  states: { enabled: 'Actif', failing: 'En échec', paused: 'En pause', disabled: 'Arrêté' },
  push: 'Envoi direct',
  poll: 'Interrogation',
  never: 'Jamais',
  more: '1 000 ou plus',
  none: 'Aucun service ne reçoit encore de signaux',
  noneWhy: 'Une passerelle crée elle-même son flux. Enregistrez d’abord un service comme passerelle.',
  noneWay: 'Enregistrer un client',
  one: {
    title: (app) => `Signaux pour ${app}`,
    heading: (app) => html`Signaux pour ${app}`,
    all: 'Tous les flux',
    how: 'Où il en est',
    howLead: 'Un jeton qui n’est pas accepté est renvoyé, et les autres attendent.',
    address: 'Adresse',
    polls: 'Le destinataire demande ses jetons',
    id: 'Identifiant du flux',
    byAdmin: 'Mis en pause par un administrateur',
    reason: 'Motif',
    oldest: (ago) => `le plus ancien ${ago}`,
    failures: (n) =>
      plural(n, {
        one: '# envoi en échec de suite',

        other: '# envois en échec de suite',
      }),
    since: (moment) => html`depuis ${moment}`,
    next: 'Prochain essai',
    removed: 'Personnes retirées',
    made: 'Créé',
    record: 'Dans le journal',
    recordLink: 'Ce qui lui est arrivé',
    client: 'Le client',
    change: 'Le modifier',
    changeLead: 'Chaque modification demande un motif.',
  },
  acts: {
    pause: {
      button: 'Mettre en pause',
      title: (app) => `Mettre en pause les signaux pour ${app} ?`,
      heading: (app) => html`Mettre en pause les signaux pour ${app}`,
      effects: [
        'Le destinataire ne reçoit aucun signal tant qu’un administrateur n’a pas repris le flux, et ne peut ni le reprendre ni le supprimer lui-même.',
        'Ce qui arrive entre-temps vient alors, si cela n’a pas plus de sept jours.',
      ],
    },
    enable: {
      button: 'Reprendre',
      title: (app) => `Reprendre les signaux pour ${app} ?`,
      heading: (app) => html`Reprendre les signaux pour ${app}`,
      effects: [
        'Le destinataire reçoit ce qu’il a manqué en sept jours, puis tout ce qui est nouveau.',
        'Les envois en échec sont oubliés, et le prochain part aussitôt.',
      ],
    },
    remove: {
      button: 'Retirer',
      title: (app) => `Retirer le flux de ${app} ?`,
      heading: (app) => html`Retirer le flux de ${app}`,
      effects: [
        'Ce que le destinataire n’a pas accepté est perdu pour lui.',
        'Il peut créer un autre flux. Pour l’empêcher, retirez la passerelle au client.',
      ],
    },
  },
};
