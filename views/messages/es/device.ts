import { html } from 'hono/html';
import type { Messages } from '../en.ts';

export const device: Messages['device'] = {
  title: 'Conectar un dispositivo',
  heading: 'Conectar un dispositivo o una línea de comandos',
  lead: 'No tiene navegador propio, así que le muestra un código. Escríbalo aquí; la página siguiente dice qué aplicación es.',
  label: 'Código del dispositivo',
  hint: 'Ocho letras. Las mayúsculas y el guion no importan.',
  go: 'Continuar',
  sent: '¿Le ha enviado alguien este código?',
  sentTodo:
    'Entonces no siga. Escriba solo el código de un dispositivo que tenga delante. VibeCaaS nunca envía uno por correo, chat o teléfono.',
  notACode: 'Eso no es un código.',
  notACodeTodo: 'Un código tiene ocho letras, ninguna de ellas vocal. Compárelo con el dispositivo.',
  unknown: 'Ese código no existe.',
  unknownTodo:
    'Puede estar mal escrito o tener más de diez minutos. Compárelo con el dispositivo, o haga que el dispositivo muestre uno nuevo.',
  tooMany: 'Demasiados códigos equivocados.',
  wait: (time) => `Espere ${time} e inténtelo de nuevo.`,
  orSignIn: (signIn) =>
    html`O ${signIn('inicie sesión primero')}: así los códigos equivocados de otras personas no le detienen.`,
  confirm: {
    title: '¿Es este su dispositivo?',
    heading: '¿Es este el dispositivo que tiene delante?',
    mustShow: 'Ahora debe mostrar este código',
    here: 'Pedido desde la red en la que está usted.',
    hereTodo: 'Si no lo ha iniciado usted hace un momento, puede que alguien le esté engañando: pulse «No, detener».',
    elsewhere: 'Pedido desde una red distinta de la suya.',
    elsewhereTodo:
      'Es normal con un servidor o en casa de un amigo. Si no lo ha iniciado usted hace un momento, puede que alguien le esté engañando: pulse «No, detener».',
    asked: 'Pedido',
    from: 'Desde',
    by: 'Con',
    asksFor: 'Pide',
    account: 'Su cuenta',
    stop: 'No, detener',
    go: 'Sí, continuar',
    nothingYet: 'Todavía no se ha permitido nada. La página siguiente pregunta qué puede hacer.',
  },
  ends: {
    done: {
      title: 'Su dispositivo está conectado',
      lead: 'Puede cerrar esta página y volver a su dispositivo. Sigue solo en unos segundos.',
      next: 'En las aplicaciones conectadas ve qué puede hacer y puede terminarlo.',
    },
    stopped: {
      title: 'Detenido',
      lead: 'El dispositivo no recibe nada. Puede cerrar esta página.',
      next: 'Si alguien le envió el código, quería entrar en su cuenta. No ha conseguido nada. Nunca escriba un código que le llegue por correo, chat o teléfono.',
    },
    expired: {
      title: 'Este código ha caducado',
      lead: 'Un código vale diez minutos. No se ha permitido nada.',
      next: 'Haga que el dispositivo muestre un código nuevo y escriba ese.',
    },
    used: {
      title: 'Este código ya se ha usado',
      lead: 'Un código vale una vez, en el navegador en que se confirmó primero.',
      next: 'Si fue usted, mire el dispositivo: puede que ya esté conectado. Si no, haga que muestre un código nuevo.',
    },
  },
  events: {
    confirmed: (app) => html`<b>Código de un dispositivo</b> confirmado, para ${app}`,
    denied: (app) => html`<b>Un dispositivo</b> rechazado, que preguntaba para ${app}`,
  },
  another: 'Escribir otro código',
};
