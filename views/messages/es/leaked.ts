import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { leaked as english } from '../en/leaked.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const leaked: typeof english = {
  kinds: {
    api_key: 'Clave de API',
    client_secret: 'Secreto de cliente',
    refresh_token: 'Conexión de una aplicación',
    registration_token: 'Token de registro',
  },
  mail: {
    subject: (n: number) =>
      plural(n, {
        one: 'Se ha filtrado un secreto suyo, y ya no sirve',
        other: 'Se han filtrado # secretos suyos, y ya no sirven',
      }),
    preview: 'Nadie puede usarlo ya. Vea qué hacer ahora.',
    lead: (n: number) =>
      plural(n, {
        one: 'Se encontró donde otros pueden leerlo, así que quizá alguien lo tenga. Lo hemos anulado en el acto: nadie puede usarlo ya, tampoco usted.',
        other:
          'Se encontraron donde otros pueden leerlos, así que quizá alguien los tenga. Los hemos anulado en el acto: nadie puede usarlos ya, tampoco usted.',
      }),
    more: (n: number) => plural(n, { one: 'Hay uno más que no figura aquí.', other: 'Hay # más que no figuran aquí.' }),
    found: 'Encontrado en',
    lastLabel: 'Nota',
    last: 'La aplicación no tiene otro secreto. No recibirá tokens hasta que tenga uno nuevo.',
    todoOf: {
      api_key: 'Claves de API.',
      client_secret: 'Secretos de cliente.',
      refresh_token: 'Conexiones.',
      registration_token: 'Tokens de registro.',
    },
    todo: {
      api_key: 'Cree una clave nueva para el programa que la usaba y guárdela donde solo ese programa pueda leerla.',
      client_secret:
        'Cree un secreto nuevo para la aplicación y guárdelo donde solo su servidor pueda leerlo. Busque solicitudes que no sean suyas.',
      refresh_token:
        'Conecte de nuevo la aplicación si aún la usa. Diga a su desarrollador dónde se encontró el token.',
      registration_token: 'La aplicación sigue funcionando. Su registro ya no se puede cambiar con este token.',
    },
    button: {
      api_key: 'Ver sus claves',
      client_secret: 'Ver los secretos de la aplicación',
      refresh_token: 'Ver sus aplicaciones',
      registration_token: 'Ver la aplicación',
    },
    unowned: 'Recibe esto porque la aplicación no tiene propietario y usted es administrador.',
  },
  events: {
    key: html`<b>Se filtró una clave de API suya.</b>`,
    connection: (app: Html) => html`<b>La conexión de ${app} terminó porque se filtró su token.</b>`,
    secret: (app: Html) => html`<b>Se filtró un secreto de ${app}.</b>`,
    registration: (app: Html) => html`<b>Se filtró el token de registro de ${app}.</b>`,
    more: 'Se encontró donde otros pueden leerlo, y se anuló en el acto.',
  },
  admin: {
    title: 'Secretos filtrados',
    lead: 'Los secretos que otros pueden leer los usan otros. Los que pegue aquí se anulan en el acto, y se avisa a sus dueños.',
    paste: 'Pegue lo que ha encontrado',
    pasteLead:
      'Un registro, un commit o un ticket tal como está: se encuentra cada secreto de este servidor. El resto del texto se ignora y no se guarda.',
    text: 'Texto',
    textHint: 'Claves de API, secretos de cliente, refresh tokens y tokens de registro. Hasta 2 MB.',
    missing: 'es obligatorio: pegue el texto que tiene los secretos',
    place: 'Encontrado en',
    placeHint: 'Una dirección, o palabras como «ticket 4711». Se comunica a los dueños y al registro de auditoría.',
    button: 'Anular estos secretos',
    none: 'El texto no tiene ningún secreto de este servidor.',
    noneTodo: 'Puede estar cortado: un secreto solo se encuentra si está entero.',
    done: (n: number) => plural(n, { one: 'Se ha anulado un secreto.', other: 'Se han anulado # secretos.' }),
    doneTodo: 'Se avisa a sus dueños por correo.',
    doneNothing: 'No se ha anulado nada que no lo estuviera ya, así que no se avisa a nadie.',
    found: (count: Html, n: number): Html => html`${count} ${n === 1 ? 'secreto' : 'secretos'} en el texto`,
    secret: 'Secreto',
    result: 'Resultado',
    last: 'La aplicación no tiene otro secreto',
    outcomes: { revoked: 'Anulado ahora', ended: 'Ya estaba anulado', unknown: 'Desconocido aquí' },
  },
  demo: {
    title: 'Se filtra un secreto',
    lead: 'Una clave de la cuenta de demostración aparece donde otros pueden leerla. Comuníquela como lo haría un escáner y vea cómo la API la rechaza.',
    back: 'Volver al recorrido',
    make: '1. Crear una clave',
    makeLead: 'Puede leer los proyectos de la cuenta de demostración durante diez minutos.',
    makeButton: 'Crear una clave',
    report: '2. Comunicarla',
    reportLead:
      'Esto es lo que encuentra un escáner. Añada lo que quiera alrededor: aquí solo cuentan las claves enteras de la cuenta de demostración.',
    text: 'Lo que se encontró',
    reportButton: 'Comunicar este texto',
    none: 'En este texto no hay ninguna clave de la cuenta de demostración.',
    noneTodo: 'Cree una y comunique el texto con ella.',
    died: (before: number, after: number, tookMs: number) =>
      `Antes del aviso, la API respondía ${before}; ${tookMs} ms después, ${after}. La cuenta de demostración recibió un correo.`,
    wasDead: (after: number) => `Ya estaba anulada. La API responde ${after}.`,
    link: '¿Qué pasa cuando se filtra un secreto?',
  },
};
