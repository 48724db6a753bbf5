import type { charts as english } from '../en/charts.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const charts: typeof english = {
  none: (days) => plural(days, { one: 'Nichts an # Tag.', other: 'Nichts in # Tagen.' }),
  said: (what, first, last, max, peak) => `${what} pro Tag vom ${first} bis ${last}: höchstens ${max}, am ${peak}`,
  maximum: (max, day) => `Höchstens ${max}, am ${day}`,
  asTable: 'Als Tabelle',
  perDay: (what) => `${what} pro Tag`,
  day: 'Tag (UTC)',
  inDays: (days) => plural(days, { one: 'an # Tag', other: 'in # Tagen' }),
  inDaysAndStrangers: (days, strangers) =>
    `${plural(days, { one: 'an # Tag', other: 'in # Tagen' })}; ${strangers} weitere von unbekannten Absendern`,
  tokens: 'Token',
  tokensLead: 'Antworten des Token-Endpunkts mit einem Zugriffstoken, nach Tag.',
  tokensIssued: 'Ausgestellte Token',
  tokensByGrant: 'Ausgestellte Token pro Tag, nach Art',
  code: 'Code',
  refresh: 'Erneuerung',
  service: 'Dienst',
  exchange: 'Austausch',
  organisation: 'Über Organisation',
  failed: 'Fehlgeschlagene Anfragen',
  failedShort: 'Fehler',
  reused: 'Erneut verwendete Refresh-Token',
};
