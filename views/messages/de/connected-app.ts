import { html } from 'hono/html';
import type { connectedApp as english } from '../en/connected-app.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const connectedApp: typeof english = {
  details: 'Einzelheiten',
  detailsOf: (app) => `zu ${app}`,
  who: 'Wer sie ist',
  may: 'Was sie darf',
  mayLead:
    'Entfernen Sie etwas, arbeitet die App mit dem Rest weiter, oder sie wird getrennt, wenn ihr nichts zu tun bleibt. Um es zurückzubekommen, muss sie Sie fragen.',
  ownLead: 'Eine App von VibeCaaS selbst. Sie behält das, bis Sie sie trennen.',
  remove: 'Entfernen',
  removeFrom: (permission, app) => `${permission} von ${app}`,
  where: 'In welchen Projekten',
  whereOnly: (n: number): string =>
    plural(n, {
      one: 'Nur in diesem. Neue Projekte bleiben der App verschlossen.',
      other: 'Nur in diesen #. Neue Projekte bleiben der App verschlossen.',
    }),
  whereOthers: 'In diesen, und für einen Teil dessen, was sie darf, in allen anderen.',
  projectRemoved: 'Das Projekt ist entfernt.',
  projectRemovedTodo: 'Die App kann es nicht mehr verwenden.',
  until: 'Bis wann',
  untilYou: (since) =>
    html`Erlaubt am ${since}, bis Sie sie trennen. Eine Verbindung, die nicht genutzt wird, endet nach 30 Tagen, und jede endet nach einem Jahr.`,
  untilYouByHour: (since) =>
    html`Erlaubt am ${since}, bis Sie sie trennen. Eine Verbindung dauert eine Stunde; danach muss die App wieder hierher kommen.`,
  untilEnd: (since, end) => html`Erlaubt am ${since}, bis ${end}.`,
  ended: (end) => html`Ihr Zugriff endete am ${end}. Sie muss Sie erneut fragen.`,
  sooner: 'Früher beenden:',
  ends: { '1': 'in 1 Tag', '30': 'in 30 Tagen', '90': 'in 90 Tagen' },
  set: 'Festlegen',
  connections: 'Verbindungen',
  connectionsLead: 'Jedes Mal, wenn Sie sie verbunden haben. Beenden Sie eine, ist die App dort abgemeldet.',
  noConnections: 'Derzeit keine Verbindung.',
  more: (n) => `Die ${n} neuesten sind zu sehen.`,
  connected: (moment) => html`Verbunden am ${moment}`,
  end: 'Beenden',
  endOne: (n) => `Verbindung ${n}`,
  removed: (permission) => `„${permission}“ ist entfernt.`,
  removedTodo: 'Die App arbeitet mit dem Rest weiter.',
  limited: 'Das Ende ist festgelegt.',
  limitedTodo: 'Der Zugriff der App endet dann von selbst.',
  connectionEnded: 'Die Verbindung ist beendet.',
  connectionEndedTodo: 'Die anderen Verbindungen der App bestehen weiter.',
  events: {
    narrowed: (app) => html`Etwas von <b>${app}</b> genommen, die mit dem Rest weiterarbeitet`,
    limited: (app) => html`Ein Ende für <b>${app}</b> festgelegt`,
  },
};
