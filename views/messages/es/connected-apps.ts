import { html } from 'hono/html';
import type { connectedApps as english } from '../en/connected-apps.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const connectedApps: typeof english = {
  lead: 'Aplicaciones y agentes que pueden actuar por usted. Si desconecta una, pierde el acceso en un segundo, en todas partes.',
  disconnect: 'Desconectar',
  byOrganisation: 'Permitido por su organización',
  since: (day) => html`Desde el ${day}`,
  noConnection: 'ahora sin conexión',
  lastUsed: (ago) => `último uso ${ago}`,
  lastRenewed: (ago) => `última renovación ${ago}`,
  lastConnected: (ago) => `última conexión ${ago}`,
  connections: (n) => plural(n, { one: '# conexión', other: '# conexiones' }),
  disconnected: (app) => html`${app} está desconectada.`,
  disconnectedTodo: 'Todo su acceso ha terminado. Para deshacerlo, conéctese de nuevo desde la aplicación.',
  stopped: 'VibeCaaS ha detenido esta aplicación.',
  stoppedTodo:
    'Ahora no puede hacer nada. Si más adelante puede continuar, vuelve a valer lo que usted permitió; desconéctela si no lo quiere.',
  empty: 'No hay ninguna aplicación conectada',
  emptyText:
    'Cuando permita que una aplicación actúe por usted, aparecerá aquí con lo que puede hacer y un botón para ponerle fin.',
  build: 'Crear una usted mismo',
};
