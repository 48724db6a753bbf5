import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  page: (n) => `Seite ${n}`,
  pages: 'Seiten',
  range: (from, to, total) => `${from} bis ${to} von ${total}`,
  previous: 'Zurück',
  next: 'Weiter',
  changes: 'Was sich ändern würde',
  field: 'Feld',
  now: 'Jetzt',
  afterwards: 'Dann',
  noValue: 'keine Angabe',
};
