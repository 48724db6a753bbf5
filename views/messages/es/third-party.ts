import { html } from 'hono/html';
import type { thirdParty as english } from '../en/third-party.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const thirdParty: typeof english = {
  ask: {
    title: (app) => `Un administrador tiene que permitir ${app}`,
    heading: (app) => html`Un administrador tiene que permitir antes ${app}`,
    lead: 'Nadie ha registrado esta aplicación aquí, y las aplicaciones así se permiten una por una. No se ha compartido nada.',
    next: 'Los administradores de VibeCaaS ven que usted la ha pedido, con su dirección. Desde aquí no recibirá nada más: empiece de nuevo en la aplicación cuando la hayan permitido. Entonces le preguntará qué puede hacer.',
    wrong:
      'En este servidor los administradores permiten las aplicaciones que nadie ha registrado, y esta todavía no está permitida.',
    fix: 'No hay nada que corregir en la aplicación. Diga quién la gestiona cuando alguien pregunte a un administrador, o haga que la registren.',
  },
  blocked: {
    title: 'VibeCaaS no permite que esta aplicación se conecte',
    tab: 'VibeCaaS no permite que esta aplicación se conecte',
    lead: 'Un administrador la ha bloqueado. No se ha compartido nada, y el acceso que tenía ha terminado.',
    advice:
      'Si necesita esta aplicación, pregunte a quien administra este servidor e indique el id de solicitud de abajo.',
  },
  admin: {
    title: 'Aplicaciones sin registrar',
    lead: 'Agentes y herramientas que vinieron por su cuenta. Nadie aquí las ha mirado.',
    rest: 'Lo que vale para las demás',
    restLead: 'Para cada aplicación sin regla. THIRD_PARTY_POLICY lo fija.',
    host: 'Host (servidor)',
    hostHint: 'Cada aplicación cuyo documento está allí, en cualquier puerto. Los hosts por debajo son otros hosts.',
    toRule: 'Fijar una regla',
    hostRules: 'Reglas para hosts',
    app: 'Aplicación',
    cameBy: 'Llegó por',
    firstSeen: 'Vista por primera vez',
    people: 'Personas',
    lastUsed: 'Último uso',
    rule: 'Regla',
    never: 'nunca',
    decided: 'Decidido',
    reason: 'Motivo',
    search: 'Buscar',
    any: 'Cualquiera',
    apply: 'Aplicar',
    nothing: 'Ninguna aplicación ha venido por su cuenta',
    nothingWhy:
      'Los agentes se registran solos, o tienen la URL de un documento como id de cliente. Desde entonces aparecen aquí.',
    noMatch: 'No hay tal aplicación',
    noMatchWhy: 'Pruebe con menos palabras o con otra regla.',
    clear: 'Mostrar todas',
    newest: 'Las más nuevas primero',
    decide: 'Decidir',
    what: 'Lo que vale desde ahora',
    save: 'Guardar la regla',
    back: 'Volver',
    suspended: 'Además está suspendida. Eso sigue así, diga lo que diga la regla.',
    homeMore: 'Nadie la ha registrado.',
    badHost: html`debe ser el nombre de un host, como agent.example`,
    chooseOne: html`debe ser una de estas`,
    cameBys: { dynamic: 'Registro', metadata_document: 'Documento de metadatos' },
    policies: {
      allow: 'Permitir',
      ask: 'Preguntar a un administrador',
      block: 'Bloquear',
      none: 'Como las demás',
      waiting: 'Alguien espera',
    },
    means: {
      allow: 'Las personas deciden.',
      ask: 'A quien lo intenta se le dice que antes un administrador tiene que permitirla, y espera aquí. Lo ya permitido sigue.',
      block: 'Se rechaza cada solicitud, y todo lo que está en curso termina al momento.',
      none: 'Sin regla: vale lo que vale para las demás.',
    },
    noun: (n) => plural(n, { one: '# aplicación', other: '# aplicaciones' }),
    waits: (n) => plural(n, { one: '# persona espera', other: '# personas esperan' }),
    apps: (n) => plural(n, { one: '# aplicación', other: '# aplicaciones' }),
    allowing: (n) => plural(n, { one: '# persona que le permite algo', other: '# personas que le permiten algo' }),
    atStake: (apps, people) => `Afecta a ${apps} y a ${people}.`,
    ruleTitle: (what) => `Regla para ${what}`,
    ruleFor: (what) => html`Regla para ${what}`,
    about: (what) => `sobre ${what}`,
    homeWaits: (app, ago) => html`${app} espera que un administrador la permita; alguien la pidió ${ago}`,
  },
};
