import { html } from 'hono/html';
import type { adminSignals as english } from '../en/admin-signals.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const adminSignals: typeof english = {
  title: 'Señales',
  lead: 'Servicios que saben por Shared Signals cuándo terminan las sesiones y cambian las credenciales.',
  caption: 'Flujos de señales por receptor',
  noun: (n) => plural(n, { one: 'flujo', other: 'flujos' }),
  order: 'Por id de cliente',
  receiver: 'Receptor',
  delivery: 'Entrega',
  state: 'Estado',
  waiting: 'En espera',
  delivered: 'Última entrega',
  lastError: 'Último error',
  states: { enabled: 'Entrega', failing: 'Falla', paused: 'En pausa', disabled: 'Desactivado' },
  push: 'Envío',
  poll: 'Consulta',
  never: 'Nunca',
  more: '1000 o más',
  none: 'Ningún servicio recibe señales todavía',
  noneWhy: 'Una pasarela crea su flujo por sí misma. Registre primero un servicio como pasarela.',
  noneWay: 'Registrar un cliente',
  one: {
    title: (app) => `Señales para ${app}`,
    heading: (app) => html`Señales para ${app}`,
    all: 'Todos los flujos',
    how: 'Cómo está',
    howLead: 'Un token que no se acepta se envía otra vez, y los demás esperan.',
    address: 'Dirección',
    polls: 'El receptor consulta sus tokens',
    id: 'Id del flujo',
    byAdmin: 'En pausa por un administrador',
    reason: 'Motivo',
    oldest: (ago) => `la más antigua, ${ago}`,
    failures: (n) =>
      plural(n, {
        one: '# envío fallido seguido',

        other: '# envíos fallidos seguidos',
      }),
    since: (moment) => html`desde ${moment}`,
    next: 'Próximo intento',
    removed: 'Personas que ha quitado',
    made: 'Creado',
    record: 'En el registro',
    recordLink: 'Lo que se hizo con él',
    client: 'Cliente',
    change: 'Cambiarlo',
    changeLead: 'Cada cambio pide un motivo.',
  },
  acts: {
    pause: {
      button: 'Poner en pausa',
      title: (app) => `¿Poner en pausa las señales para ${app}?`,
      heading: (app) => html`Poner en pausa las señales para ${app}`,
      effects: [
        'El receptor no recibe señales hasta que un administrador reanude el flujo, y no puede reanudarlo ni eliminarlo por sí mismo.',
        'Lo que ocurra mientras tanto llega entonces, si no tiene más de siete días.',
      ],
    },
    enable: {
      button: 'Reanudar',
      title: (app) => `¿Reanudar las señales para ${app}?`,
      heading: (app) => html`Reanudar las señales para ${app}`,
      effects: [
        'El receptor recibe lo que se ha perdido en los últimos siete días y después todo lo nuevo.',
        'Los envíos fallidos se olvidan y el siguiente se hace enseguida.',
      ],
    },
    remove: {
      button: 'Quitar',
      title: (app) => `¿Quitar el flujo de ${app}?`,
      heading: (app) => html`Quitar el flujo de ${app}`,
      effects: [
        'Lo que el receptor no ha aceptado se pierde para él.',
        'Puede crear otro flujo. Para impedirlo, quite la pasarela al cliente.',
      ],
    },
  },
};
