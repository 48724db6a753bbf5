import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  page: (n) => `Page ${n}`,
  pages: 'Pages',
  range: (from, to, total) => `${from} à ${to} sur ${total}`,
  previous: 'Précédent',
  next: 'Suivant',
  changes: 'Ce qui changerait',
  field: 'Champ',
  now: 'Maintenant',
  afterwards: 'Ensuite',
  noValue: 'aucune valeur',
};
