import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { consentChoices as english } from '../en/consent-choices.ts';

export const consentChoices: typeof english = {
  readOnly: 'Nur lesen',
  readOnlyWhat: 'Sie kann ansehen, aber nichts ändern und nichts ausgeben.',
  leftOut: 'Weggelassen, wegen „Nur lesen“.',
  howLong: 'Für wie lange',
  durations: { '3600': '1 Stunde', '86400': '1 Tag', '2592000': '30 Tage', until: 'Bis ich sie trenne' },
  alsoEnds: 'Was Sie auch wählen: Der Zugriff endet nach 30 Tagen ohne Nutzung und spätestens nach einem Jahr.',
  allowedUntil: (moment: Html): Html =>
    html`Sie haben sie bis ${moment} erlaubt. Ihre Wahl hier ist das Ende dieser Verbindung, nicht das der bisherigen.`,
  allowedForGood:
    'Sie haben sie erlaubt, bis Sie sie trennen. Ihre Wahl hier ist das Ende dieser Verbindung, nicht das der bisherigen.',
  outlived: 'Was Sie dieser App früher erlaubt haben, ist inzwischen abgelaufen. Wählen Sie neu.',
  accessUntil: (moment: Html): Html => html`Zugriff bis ${moment}`,
  accessEnded: (moment: Html): Html => html`Zugriff endete am ${moment}`,
  activityUntil: (moment: Html): Html => html`Bis ${moment}.`,
};
