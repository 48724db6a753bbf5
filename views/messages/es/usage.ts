import { html } from 'hono/html';
import type { usage as english } from '../en/usage.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const usage: typeof english = {
  heading: 'Qué hizo',
  lead: 'Los últimos 30 días, según contó VibeCaaS. Nunca lo que había en una llamada.',
  last: (ago) => `Última llamada ${ago}.`,
  lastFrom: (ago, address) => html`Última llamada ${ago}, desde ${address}.`,
  none: 'Ninguna llamada en los últimos 30 días.',
  kinds: { read: 'Leyó', changed: 'Cambió', generated: 'Usó IA', other: 'Otras llamadas', refused: 'Rechazadas' },
  more: 'Cambió y más',
  said: (max, refused) => `Llamadas por día en 30 días: como máximo ${max} al día, ${refused} rechazadas en total`,
  recent: (calls, days, refused) =>
    `${plural(calls, { one: '# llamada', other: '# llamadas' })} en los últimos ${days} días${refused > 0 ? `, ${plural(refused, { one: '# rechazada', other: '# rechazadas' })}` : ''}`,
  table: 'Llamadas por día, las más recientes primero',
  projects: 'Proyectos',
  people: 'Personas',
};
