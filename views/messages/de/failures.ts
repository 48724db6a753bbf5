import type { failures as english } from '../en/failures.ts';

export const failures: typeof english = {
  caption: 'Fehlgeschlagene Anfragen, neueste zuerst',
  wrongAndFix: 'Was falsch war, und wie es behoben wird',
  request: 'Anfrage',
  sender: 'Absender',
  senderUnknown: 'Absender unbekannt',
  everybody: 'Alle',
  known: 'Die App und ihre Nutzer',
  unknown: 'Unbekannt',
  find: 'Suchen',
  notShown: 'gesendet, nicht gezeigt',
  whatWasSent: 'Was gesendet wurde',
  endpoint: 'Endpunkt',
  ourAnswer: 'Unsere Antwort',
  detail: 'Einzelheit',
  senders: {
    client: 'Die App. Sie hatte sich ausgewiesen.',
    person: 'Eine Person, die hier angemeldet war oder von der ein Code oder Token dieser App gesendet wurde.',
    stranger: 'Unbekannt. Jeder kann eine Anfrage senden, die die App nennt; deshalb zählt sie nicht gegen die App.',
  },
};
