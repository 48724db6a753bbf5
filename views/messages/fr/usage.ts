import { html } from 'hono/html';
import type { usage as english } from '../en/usage.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const usage: typeof english = {
  heading: 'Ce qu’elle a fait',
  lead: 'Les 30 derniers jours, comptés par VibeCaaS. Jamais le contenu d’un appel.',
  last: (ago) => `Dernier appel ${ago}.`,
  lastFrom: (ago, address) => html`Dernier appel ${ago}, depuis ${address}.`,
  none: 'Aucun appel ces 30 derniers jours.',
  kinds: { read: 'Lus', changed: 'Modifiés', generated: 'IA utilisée', other: 'Autres appels', refused: 'Refusés' },
  more: 'Modifiés et plus',
  said: (max, refused) => `Appels par jour sur 30 jours : au plus ${max} par jour, ${refused} refusés en tout`,
  recent: (calls, days, refused) =>
    `${plural(calls, { one: '# appel', other: '# appels' })} ces ${days} derniers jours${refused > 0 ? `, ${plural(refused, { one: '# refusé', other: '# refusés' })}` : ''}`,
  table: 'Appels par jour, les plus récents d’abord',
  projects: 'Projets',
  people: 'Personnes',
};
