import { html } from 'hono/html';
import type { playground as english } from '../en/playground.ts';

export const playground: typeof english = {
  page: {
    area: 'Probierfeld',
    title: 'Probierfeld · VibeCaaS',
    about: 'Über diesen Server',
    heading: 'Von der Frage zum Token und zurück zu nichts',
    lead: 'Demo Notes bittet um Zugriff, nutzt ihn und verliert ihn. Jeder Schritt ist eine echte Anfrage an diesen Server.',
    restart: 'Von vorn beginnen',
    decoded: 'Zugriffstoken, dekodiert',
    folded: 'Anfrage und Antwort',
    sentAt: (at) => html`Wie um ${at} gesendet.`,
    request: 'Anfrage',
    response: 'Antwort',
    expired: 'abgelaufen',
    minutesLeft: (minutes, seconds) => `noch ${minutes} min ${seconds} s`,
    secondsLeft: (seconds) => `noch ${seconds} s`,
  },
  key: {
    heading: 'Oder mit einem eigenen Schlüssel',
    lead: 'Für Ihre eigenen Skripte gibt es keinen Ablauf: Erstellen Sie einen Schlüssel und rufen Sie dieselbe API damit auf.',
    make: 'Schlüssel erstellen',
  },
  notices: {
    gone: {
      what: 'Dieser Durchgang ist vorbei.',
      todo: 'Sie haben neu begonnen, oder eine Stunde ist vergangen. Bitten Sie um Zugriff, um einen neuen zu beginnen.',
    },
    foreign: {
      what: 'Diese Antwort gehört nicht zu diesem Durchgang.',
      todo: 'Sie haben inzwischen erneut gefragt, vielleicht in einem anderen Tab. Eine App nimmt nur die Antwort an, auf die sie wartet: Fragen Sie erneut.',
    },
    taken: {
      what: 'Dieser Schritt liegt hinter Ihnen.',
      todo: 'Sie haben ihn schon getan, vielleicht in einem anderen Tab. Machen Sie hier weiter.',
    },
  },
  go: {
    ask: 'Um Zugriff bitten',
    exchange: 'Weiter: Code eintauschen',
    call: 'Weiter: API aufrufen',
    refresh: 'Weiter: erneuern',
    revoke: 'Weiter: widerrufen',
    refused: 'Weiter: erneut aufrufen',
  },
  titles: {
    ask: 'Fragen',
    answer: 'Sie antworten',
    exchange: 'Code gegen Token eintauschen',
    call: 'API aufrufen',
    refresh: 'Erneuern',
    revoke: 'Widerrufen',
    refused: 'Erneut aufrufen: abgelehnt',
  },
  youAllowed: 'Sie haben es erlaubt',
  youDenied: 'Sie haben nichts erlaubt',
  withError: 'Es kam mit einem Fehler zurück',
  before: {
    ask: 'Demo Notes schickt Sie mit einer neuen PKCE-Challenge zur Autorisierungsseite.',
    answer: 'Sie melden sich an, lesen, was sie will, und erlauben alles, einen Teil oder nichts.',
    exchange:
      'Der Code gilt einmal und 60 Sekunden lang. Der Verifier beweist, dass der Fragende auch der Eintauschende ist.',
    call: 'GET /v1/projects hinter dem Prüfer, mit dem Zugriffstoken.',
    refresh: 'Ein neues Zugriffstoken, ohne Sie zu fragen.',
    revoke: 'Was „Trennen“ tut.',
    refused: 'Dasselbe Token, nicht abgelaufen, wird innerhalb einer Sekunde mit 401 beantwortet.',
  },
  after: {
    ask: 'Demo Notes hat Sie mit einer neuen PKCE-Challenge zur Autorisierungsseite geschickt.',
    refresh: 'Ein neues Zugriffstoken, ohne Sie zu fragen. Auch das Refresh-Token wurde ersetzt.',
    revoke:
      'Das Refresh-Token endet und mit ihm jedes daraus erstellte Zugriffstoken. „Trennen“ tut das mit allen Verbindungen einer App.',
    refused: 'Dasselbe Token, nicht abgelaufen, und niemand nimmt es mehr an.',
  },
  waiting:
    'Sie wurden zur Autorisierungsseite geschickt und sind noch nicht zurück. Machen Sie dort weiter, oder fragen Sie erneut.',
  failed: {
    answer: 'Das erfährt Demo Notes, und sonst nichts. Fragen Sie erneut, um den Rest zu sehen.',
    exchange:
      'Der Code hat länger als 60 Sekunden gewartet, wurde schon verwendet, oder Sie haben Demo Notes getrennt. Fragen Sie erneut für einen neuen.',
    ended: 'Sie haben diesen Zugriff inzwischen beendet, oder er ist abgelaufen. Fragen Sie erneut, um weiterzugehen.',
    refused: 'Das hätte abgelehnt werden sollen, wurde es aber nicht. Beginnen Sie von vorn.',
  },
  noToken: 'Demo Notes hat einen Code und noch kein Token.',
  allowedAll: (scopes) => `${scopes}. Das ist alles, worum sie bat.`,
  allowedPart: (scopes, leftOut) => `${scopes}. Weggelassen haben Sie ${leftOut}.`,
  walkAgain: 'Noch einmal durchgehen',
  askAgain: 'Erneut fragen',
  withCurl: 'Dasselbe mit curl',
  moreWithCurl: 'Noch einmal mit curl',
  spent:
    'Der Code ist gekürzt, weil er verbraucht ist: Käme er ein zweites Mal, würde jedes daraus erstellte Token enden.',
  replaced:
    'Mit dem neuen Refresh-Token. Das ersetzte gilt von da an als gestohlen, und seine Verwendung beendet den Zugriff.',
  outcomes: {
    back_with_code: '303, zurück mit einem Code',
    back_without_code: '303, zurück ohne Code',
    code_received: 'Code erhalten',
    no_code: 'kein Code',
    accepted: 'angenommen',
    accepted_without_code: 'angenommen, ohne Code',
  },
};
