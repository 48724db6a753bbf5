import { html } from 'hono/html';
import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  changes: 'Ce qui changerait',
  field: 'Champ',
  now: 'Maintenant',
  afterwards: 'Ensuite',
  noValue: 'aucune valeur',
  yes: 'oui',
  no: 'non',
  removed: (before, days) => html`Les entrées antérieures au ${before} ont été supprimées après ${days} jours.`,
};
