import { html } from 'hono/html';
import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  changes: 'Was sich ändern würde',
  field: 'Feld',
  now: 'Jetzt',
  afterwards: 'Dann',
  noValue: 'keine Angabe',
  yes: 'ja',
  no: 'nein',
  removed: (before, days) => html`Einträge vor dem ${before} wurden nach ${days} Tagen entfernt.`,
};
