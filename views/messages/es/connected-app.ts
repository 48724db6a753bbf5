import { html } from 'hono/html';
import type { connectedApp as english } from '../en/connected-app.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const connectedApp: typeof english = {
  details: 'Detalles',
  detailsOf: (app) => `de ${app}`,
  who: 'Quién es',
  may: 'Qué puede hacer',
  mayLead:
    'Si quita algo, la aplicación sigue con el resto, o se desconecta si no le queda nada que hacer. Para recuperarlo tiene que preguntarle.',
  ownLead: 'Una aplicación de VibeCaaS. Conserva esto hasta que usted la desconecte.',
  remove: 'Quitar',
  removeFrom: (permission, app) => `${permission} de ${app}`,
  where: 'En qué proyectos',
  whereOnly: (n: number): string =>
    plural(n, {
      one: 'Solo en este. Los proyectos nuevos le quedan cerrados.',
      other: 'Solo en estos #. Los proyectos nuevos le quedan cerrados.',
    }),
  whereOthers: 'En estos y, para una parte de lo que puede hacer, en todos los demás.',
  projectRemoved: 'El proyecto se ha quitado.',
  projectRemovedTodo: 'La aplicación ya no puede usarlo.',
  until: 'Hasta cuándo',
  untilYou: (since) =>
    html`Permitida el ${since}, hasta que usted la desconecte. Una conexión que no se usa termina a los 30 días, y cada una termina al año.`,
  untilYouByHour: (since) =>
    html`Permitida el ${since}, hasta que usted la desconecte. Una conexión dura una hora; después la aplicación tiene que volver aquí.`,
  untilEnd: (since, end) => html`Permitida el ${since}, hasta el ${end}.`,
  ended: (end) => html`Su acceso terminó el ${end}. Tiene que volver a preguntarle.`,
  sooner: 'Terminar antes:',
  ends: { '1': 'en 1 día', '30': 'en 30 días', '90': 'en 90 días' },
  set: 'Fijar',
  connections: 'Conexiones',
  connectionsLead: 'Cada vez que usted la conectó. Si termina una, la aplicación queda fuera allí.',
  noConnections: 'Ahora sin conexión.',
  more: (n) => `Se muestran las ${n} más recientes.`,
  connected: (moment) => html`Conectada el ${moment}`,
  end: 'Terminar',
  endOne: (n) => `conexión ${n}`,
  removed: (permission) => `«${permission}» se ha quitado.`,
  removedTodo: 'La aplicación sigue con el resto.',
  limited: 'El fin está fijado.',
  limitedTodo: 'El acceso de la aplicación termina entonces por sí solo.',
  connectionEnded: 'La conexión ha terminado.',
  connectionEndedTodo: 'Las demás conexiones de la aplicación siguen.',
  events: {
    narrowed: (app) => html`Algo quitado a <b>${app}</b>, que sigue con el resto`,
    limited: (app) => html`Un fin fijado para <b>${app}</b>`,
  },
};
