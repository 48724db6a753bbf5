import { html } from 'hono/html';
import type { adminApiKeys as english } from '../en/admin-api-keys.ts';

export const adminApiKeys: typeof english = {
  title: 'Claves de API',
  lead: 'Las claves de los programas propios de las personas. Aquí se encuentran, se limitan a redes y se revocan; solo su titular las crea.',
  search: 'Titular, clave o sus cuatro últimos caracteres',
  searchHint:
    'Un correo electrónico, un id de cuenta, un id de clave, 9u2T o una clave completa que alguien encontró. No se pone en ninguna dirección.',
  find: 'Buscar',
  nothing: 'No hay tal clave',
  nothingWhy: (sought) => html`No se encuentra nada para ${sought}. Las claves terminadas se conservan 90 días.`,
  again: 'Buscar de nuevo',
  caption: 'Claves',
  key: 'Clave',
  keyLead: 'De quién es y qué puede hacer. Nadie ve la clave en sí.',
  networksLead: 'Las redes desde las que funciona. Su titular recibe un correo si cambian.',
  networksReason: 'Obligatorio si la clave funciona después desde más redes que ahora. Otros lo leerán.',
  id: 'Id de la clave',
  owner: 'Titular',
  may: 'Puede',
  lastUse: 'Último uso',
  never: 'nunca',
  state: 'Fin',
  show: 'Ver sus claves',
  revoke: (key) => html`¿Revocar ${key}?`,
  revokeText: (key) => `¿Revocar ${key}?`,
  whose: (key, owner) => html`${key} es de ${owner}.`,
  effect: 'Todo programa que la use se rechaza en un segundo, en todas partes. Esto no se puede deshacer.',
  told: 'Su titular recibe un correo.',
};
