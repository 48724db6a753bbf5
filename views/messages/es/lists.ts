import { html } from 'hono/html';
import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  changes: 'Qué cambiaría',
  field: 'Campo',
  now: 'Ahora',
  afterwards: 'Después',
  noValue: 'sin valor',
  yes: 'sí',
  no: 'no',
  removed: (before, days) => html`Las entradas anteriores al ${before} se eliminaron a los ${days} días.`,
};
