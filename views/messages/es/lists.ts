import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  changes: 'Qué cambiaría',
  field: 'Campo',
  now: 'Ahora',
  afterwards: 'Después',
  noValue: 'sin valor',
  yes: 'sí',
  no: 'no',
};
