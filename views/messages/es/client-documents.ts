import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { clientDocuments as english } from '../en/client-documents.ts';

export const clientDocuments: typeof english = {
  changed: {
    what: 'Esta aplicación ya no es la que usted permitió.',
    todo: 'Quien la publica ha cambiado sus datos. Si no sabe por qué, deniegue el acceso.',
    name: (before: Html, now: Html): Html => html`Se llamaba ${before} y ahora se llama ${now}.`,
    nameElsewhere: 'Su nombre en otro idioma es diferente.',
    added: (addresses: Html, hidden: number): Html =>
      html`Nuevas direcciones a las que se le puede enviar: ${addresses}${hidden > 0 && ` y ${hidden} más`}.`,
    removed: 'Algunas direcciones a las que se le podía enviar ya no existen.',
    keys: 'Demuestra quién es con otras claves.',
  },
  registeredItself: 'Se registró por sí sola',
  /** On the page of an admin. */
  admin: {
    title: 'Documento',
    lead: 'Este cliente se describe en la dirección que es su identificador. Quien controla esa dirección puede cambiarlo; se pregunta de nuevo a las personas cuando cambian su nombre, sus direcciones o sus claves.',
    address: 'Dirección',
    digest: 'Resumen (SHA-256)',
    read: 'Leído',
    fresh: 'Vigente hasta',
    wrong: 'El documento no se puede usar, así que no empieza ninguna autorización nueva.',
    /** What was wrong is in English in every language. */
    failed: (moment: Html, error: Html): Html => html`El ${moment}: ${error}.`,
    again: 'Leer de nuevo ahora',
  },

  decided: {
    title: 'Decidido por administradores',
    lead: 'Lo que está aquí vale, diga lo que diga el cliente de sí mismo. Si devuelve un campo, vuelve a contar lo que dice.',
    itself: 'Él mismo dice',
    giveBack: 'Devolver',
    none: 'nada',
  },
};
