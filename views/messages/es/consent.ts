import { html } from 'hono/html';
import type { consent as english } from '../en/consent.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const consent: typeof english = {
  title: (app) => `¿Permitir ${app}?`,
  titleMore: (app) => `${app} pide más`,
  headingMore: (app) => html`${app} pide más de lo que usted permitió`,
  asksFor: 'Qué pide',
  new: (n) => plural(n, { one: '# permiso es nuevo', other: '# permisos son nuevos' }),
  deny: 'Rechazar',
  allow: 'Permitir',
  optional: 'Opcional',
  nothingAsked: 'Nada suyo. Solo sabrá que usted tiene una cuenta aquí y le reconocerá la próxima vez.',
  upToYou: {
    onlyOne: 'Usted decide: márquelo o déjelo fuera.',
    all: 'Usted lo decide todo: marque lo que puede hacer.',
    some: (n) =>
      plural(n, {
        one: 'Sobre un permiso decide usted: márquelo o déjelo fuera.',
        other: 'Sobre # permisos decide usted: márquelos o déjelos fuera.',
      }),
  },
  startedProgram: (app) => html`¿Acaba de iniciar ${app} usted mismo?`,
  ifNotProgram: 'Si no, rechace: podría estar preguntando cualquier programa de este ordenador.',
  ifNotApp: 'Si no, rechace: podría estar preguntando cualquier aplicación de este dispositivo.',
  afterKeeps: (app, connectedApps) =>
    html`Si rechaza, ${app} conserva lo que usted permitió antes. Puede ponerle fin en ${connectedApps}.`,
  afterUnchecked: '¿No está seguro? Rechace. No se comparte nada y puede empezar de nuevo desde la aplicación.',
  afterChecked: (connectedApps) =>
    html`Nunca ve su contraseña. Puede ponerle fin en cualquier momento en ${connectedApps}.`,
  before: {
    heading: (on) => html`Usted permitió esto el ${on}`,
    leftOut: (titles) => html`Entonces dejó fuera: ${titles}.`,
    notNow: (app) => html`${app} no lo pide ahora.`,
    stays: () => 'Sigue así.',
    again: (app) => html`${app} vuelve a pedirlo.`,
  },
  route: {
    account: 'Su cuenta: ',
    notYou: '¿No es usted?',
    backTo: 'Después volverá a: ',
    alsoTo: (places) => html`También puede enviarle a: ${places}.`,
    loopback: 'un programa de este ordenador',
    'private-use': 'una aplicación de este dispositivo',
    device: 'el dispositivo que mostró el código',
  },
  terms: {
    summary: 'Quién la gestiona y en qué condiciones',
    lasts: 'Cuánto dura',
    runBy: 'La gestiona',
    checked: 'Qué ha comprobado VibeCaaS',
    checkedWhat: (host) =>
      html`Quién la gestiona${host && html` y que ${host} le pertenece`}. No si la aplicación es buena.`,
    purpose: 'Para qué sirve',
    promises: 'A qué se compromete',
    privacyPolicy: 'Política de privacidad',
    termsOfUse: 'condiciones de uso',
    help: 'Ayuda',
    whereHelp: 'Dónde encontrar ayuda',
    noPromises: 'No indica política de privacidad ni condiciones.',
    ownRules: 'Indica reglas propias. Nadie de VibeCaaS las ha revisado.',
    newWindow: ' (se abre en una ventana nueva)',
    address: 'Dirección de la aplicación',
    answerTo: 'La respuesta va a',
    answerPlace: (host, place) => html`${host}, ${place}`,
    until: (day) => html`Hasta que la desconecte, pasen 30 días sin uso o llegue el ${day}, lo que ocurra primero.`,
    anHour: 'Una hora cada vez. Después la aplicación tiene que volver aquí.',
  },
  full: {
    title: (app) => `${app} no admite a más personas`,
    heading: (app) => html`${app} todavía no admite a más personas`,
    lead: (n) =>
      `Nadie de VibeCaaS ha comprobado quién gestiona esta aplicación. Hasta entonces ${plural(n, { one: 'puede usarla # persona como máximo', other: 'pueden usarla # personas como máximo' })}, y ya son tantas. No se ha compartido nada.`,
    advice:
      'Avise a quien la desarrolla y vuelva a intentarlo cuando la aplicación esté verificada. Quienes ya la usan pueden seguir.',
    back: 'Volver a la aplicación',
    you: (email) => html`Usted es ${email}.`,
    summary: 'Para quien desarrolla: qué hacer, y el id de solicitud',
    error: (code) => html`${code}, cuando la persona vuelva`,
    wrong: (n) =>
      `Una aplicación sin verificar atiende como máximo a ${plural(n, { one: '# persona', other: '# personas' })}. Esta ha llegado al límite, y esta persona no la había permitido antes.`,
    fix: 'Pida a VibeCaaS que verifique su aplicación: diga quién la gestiona e indique su página principal, su política de privacidad y una dirección para preguntas. Quien la desconecta deja sitio a otra persona.',
  },
  handOver: {
    title: (app) => `Volver a ${app}`,
    heading: (app) => html`De vuelta a ${app}`,
    lead: 'Su respuesta está en camino.',
    oneStep: 'Falta un paso',
    byItself: 'Ocurre por sí solo. Si esta página no cambia, pulse Continuar.',
    submit: 'Continuar',
  },
};
