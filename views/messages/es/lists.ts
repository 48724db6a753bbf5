import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  page: (n) => `Página ${n}`,
  pages: 'Páginas',
  range: (from, to, total) => `${from} a ${to} de ${total}`,
  previous: 'Anterior',
  next: 'Siguiente',
  changes: 'Qué cambiaría',
  field: 'Campo',
  now: 'Ahora',
  afterwards: 'Después',
  noValue: 'sin valor',
};
