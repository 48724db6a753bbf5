import { html } from 'hono/html';
import type { outbox as english } from '../en/outbox.ts';

export const outbox: typeof english = {
  title: 'Bandeja de salida',
  lead: (folder, setting) =>
    html`Este servidor no tiene servidor de correo, así que sus correos son archivos en ${folder}. Con ${setting} se envían.`,
  none: 'Ningún correo',
  ask: 'Pedir uno: contraseña nueva por correo',
  to: (to, at) => html`Para ${to}, ${at}`,
  asHtml: 'Ver como HTML',
};
