import { html } from 'hono/html';
import type { upstream as english } from '../en/upstream.ts';

export const upstream: typeof english = {
  or: 'o',
  continueWith: (title) => html`Continuar con ${title}`,
  ways: {
    heading: 'Otras formas de acceso',
    lead: 'Cuentas de otros proveedores con las que inicia sesión aquí.',
    notConnected: 'Sin conectar',
    never: (since) => html`Conectada desde el ${since} · nunca usada`,
    used: (since, ago) => html`Conectada desde el ${since} · último uso: ${ago}`,
    connect: (title) => html`Conectar<span class="vh"> ${title}</span>`,
    disconnect: (title) => html`Desconectar<span class="vh"> ${title}</span>`,
  },
  notices: {
    connected: { what: 'La cuenta está conectada.', todo: 'Desde ahora también puede iniciar sesión aquí con ella.' },
    disconnected: { what: 'La cuenta está desconectada.', todo: 'Ya no puede iniciar sesión aquí con ella.' },
    needed: {
      what: 'La cuenta no se desconectó.',
      todo: 'Es su única forma de acceso. Consiga antes otra: una llave de acceso, una contraseña u otra cuenta conectada.',
    },
  },
  toSecurity: 'Volver a Seguridad',
  toSignIn: 'Volver al inicio de sesión',
  signInHere: 'Iniciar sesión aquí',
  tryAgain: (title) => `Probar otra vez con ${title}`,
  connectAgain:
    'Inténtelo otra vez en Seguridad. Si vuelve a ocurrir, indique a quien administra este servidor el id de solicitud que aparece abajo.',
  problems: {
    down: (title) => ({
      title: `No se puede acceder a ${title} en este momento`,
      lead: 'No respondió, o dijo que no puede. Nada cambió.',
      advice: ['Inténtelo otra vez dentro de un minuto o inicie sesión de otra forma.'],
    }),
    refused: (title) => ({
      title: `${title} envió una respuesta que no podemos aceptar`,
      lead: 'No demuestra quién es usted. Nada cambió.',
      advice: [
        'Empiece de nuevo desde la página de inicio de sesión, en una sola pestaña.',
        'Si vuelve a ocurrir, inicie sesión de otra forma e indique a quien administra este servidor el id de solicitud que aparece abajo.',
      ],
    }),
    denied: (title) => ({
      title: `${title} no inició su sesión`,
      lead: 'Usted o el proveedor lo rechazaron. Nada cambió.',
      advice: ['Si fue un error, empiece de nuevo. Si no, inicie sesión de otra forma.'],
    }),
    'not-asked': (title) => ({
      title: `${title} no le preguntó quién es`,
      lead: 'Lo que quiere hacer necesita un nuevo inicio de sesión, y se usó uno antiguo. Nada cambió.',
      advice: [`Cierre la sesión en ${title} y empiece de nuevo. O inicie sesión de otra forma.`],
    }),
    unknown: (title) => ({
      title: `${title} no abre ninguna cuenta aquí`,
      lead: `Inició sesión en ${title}, pero no está conectado a ninguna cuenta que usted pueda usar aquí.`,
      advice: [
        'Si tiene una cuenta, inicie sesión como siempre. Después abra Seguridad y conéctelo en «Otras formas de acceso».',
      ],
    }),
    'unknown-at-home': (title) => ({
      title: `${title} no abre ninguna cuenta aquí`,
      lead: `Inició sesión en ${title}, pero aquí no hay ninguna cuenta que usted pueda usar.`,
      advice: [
        `Compruebe que su dirección de correo está confirmada en ${title}.`,
        'Si lo está, pida ayuda a quien administra este servidor.',
      ],
    }),
    over: (title) => ({
      title: 'Este inicio de sesión ha terminado',
      lead: `Esta respuesta de ${title} ya se usó, llegó tarde o es de otro navegador. Nada cambió.`,
      advice: ['Empiece de nuevo desde la página de inicio de sesión y siga en un solo navegador hasta acabar.'],
    }),
    taken: (title) => ({
      title: `Esta cuenta de ${title} está conectada en otro lugar`,
      lead: 'Inicia sesión en otra cuenta de aquí, y solo puede hacerlo en una. Nada cambió.',
      advice: [`Inicie sesión con ${title} para ver en cuál. Desconéctela antes allí, en Seguridad.`],
    }),
    'has-another': (title) => ({
      title: `Ya ha conectado otra cuenta de ${title}`,
      lead: 'Solo puede haber una conectada a la vez. Nada cambió.',
      advice: ['Desconecte antes la otra, en Seguridad.'],
    }),
  },
};
