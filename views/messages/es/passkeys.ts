import { html } from 'hono/html';
import type { passkeys as english } from '../en/passkeys.ts';

export const passkeys: typeof english = {
  signIn: 'Iniciar sesión con una llave de acceso',
  use: 'Usar una llave de acceso',
  useInstead: 'Usar una llave de acceso en su lugar',
  typeCode: 'Escribir un código en su lugar',
  stopped: 'No se envió nada. Pulse el botón otra vez o use otra forma de acceso.',
  unsupported: 'Una llave de acceso necesita un navegador que la admita, con los scripts permitidos en esta página.',
  refused: {
    what: 'Esa llave de acceso no fue aceptada.',
    todo: 'Es posible que se haya quitado de su cuenta. Use otra llave u otra forma de acceso.',
  },
  expired: {
    what: 'Esta página estuvo abierta demasiado tiempo.',
    todo: 'Su llave de acceso está bien. Úsela una vez más.',
  },
  copied: {
    what: 'Es posible que esta llave de acceso se haya copiado, por eso no fue aceptada.',
    todo: 'Inicie sesión de otra forma; después quítela en «Seguridad» y añada una nueva.',
  },
  step: {
    heading: 'Confirme con su llave de acceso',
    lead: 'Su navegador le pedirá su huella, su cara o el bloqueo del dispositivo.',
    have: (names) => html`Tenga a mano una de estas: ${names}.`,
  },
  confirm: (email) =>
    html`Inició sesión como ${email}. Para esto hace falta una de sus llaves de acceso; no se pierde nada de lo que escribió.`,
  section: {
    heading: 'Llaves de acceso',
    lead: 'Su huella, su cara o el bloqueo del dispositivo. Nada que recordar, nada que robar.',
    add: 'Añadir una llave de acceso',
    rename: (name) => html`Cambiar el nombre<span class="vh"> de la llave de acceso ${name}</span>`,
    remove: (name) => html`Quitar<span class="vh"> la llave de acceso ${name}</span>`,
    unused: (added) => html`Añadida el ${added} · nunca usada`,
    used: (added, used) => html`Añadida el ${added} · usada por última vez: ${used}`,
    added: (name) => html`${name} está añadida.`,
    addedTodo: 'Desde ahora puede iniciar sesión con ella.',
    renamed: (name) => html`${name} es su nuevo nombre.`,
    removed: (name) => html`${name} está quitada.`,
    removedTodo:
      'Ya nadie puede iniciar sesión con ella. Bórrela también en su gestor de contraseñas. ¿Ha perdido el dispositivo? Cierre entonces, en «Sesiones», lo que siga abierto en él.',
    last: 'Esta llave de acceso es su única forma de acceso, por eso no se quitó.',
    lastTodo: 'Añada otra primero.',
  },
  create: {
    title: 'Añadir una llave de acceso',
    lead: 'Su navegador le preguntará dónde guardarla, y después le pedirá su huella, su cara o el bloqueo del dispositivo.',
    name: 'Nombre de la llave de acceso',
    nameHint: 'Dónde está, para que la reconozca: «Portátil del trabajo», «Teléfono».',
    nameProblem: 'debe tener de 1 a 100 caracteres legibles',
    submit: 'Crear la llave de acceso',
    stopped: 'No se creó ninguna llave de acceso. Pulse el botón otra vez.',
    known: 'Este dispositivo ya tiene una llave de acceso para su cuenta.',
    expiredTodo: 'No se añadió ninguna llave de acceso. Pulse el botón una vez más.',
    refusedTodo:
      'Tiene que comprobar su huella, su cara o el bloqueo del dispositivo. Inténtelo de nuevo o elija otro lugar para guardarla.',
    full: 'No se añadió ninguna llave de acceso.',
    fullTodo: 'Ya tiene esta, o tantas como puede tener una cuenta. Quite una que no use.',
  },
  rename: { title: 'Cambiar el nombre de una llave de acceso', submit: 'Guardar el nombre' },
};
