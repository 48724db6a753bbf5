import { html } from 'hono/html';
import type { usage as english } from '../en/usage.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const usage: typeof english = {
  heading: 'Was damit getan wurde',
  lead: 'Die letzten 30 Tage, von VibeCaaS gezählt. Nie, was in einem Aufruf stand.',
  last: (ago) => `Letzter Aufruf ${ago}.`,
  lastFrom: (ago, address) => html`Letzter Aufruf ${ago}, von ${address}.`,
  none: 'Keine Aufrufe in den letzten 30 Tagen.',
  kinds: {
    read: 'Gelesen',
    changed: 'Geändert',
    generated: 'KI genutzt',
    other: 'Andere Aufrufe',
    refused: 'Abgelehnt',
  },
  more: 'Geändert und mehr',
  said: (max, refused) => `Aufrufe je Tag über 30 Tage: höchstens ${max} am Tag, insgesamt ${refused} abgelehnt`,
  recent: (calls, days, refused) =>
    `${plural(calls, { one: '# Aufruf', other: '# Aufrufe' })} in den letzten ${days} Tagen${refused > 0 ? `, ${plural(refused, { other: '# abgelehnt' })}` : ''}`,
  table: 'Aufrufe je Tag, neueste zuerst',
  projects: 'Projekte',
  people: 'Personen',
};
