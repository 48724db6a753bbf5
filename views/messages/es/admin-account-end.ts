import { html } from 'hono/html';
import type { adminAccountEnd as english } from '../en/admin-account-end.ts';

export const adminAccountEnd: typeof english = {
  idElsewhere: 'ID en otro sistema',
  passkeyIsBoth: 'Sin aplicación de autenticación: una llave de acceso es ambos pasos.',
  created: (day) => html`Desde el ${day}`,
  lastUsed: (ago) => `último uso ${ago}`,
  neverUsed: 'nunca usada',
  removeOne: (passkey) => html`Quitar<span class="vh"> la llave de acceso ${passkey}</span>`,
  removePasskeys: 'Quitar todas las llaves de acceso',
  passkey: {
    title: (passkey, account) => `Quitar la llave de acceso ${passkey} de ${account}`,
    heading: (passkey, account) => html`¿Quitar la llave de acceso ${passkey} de ${account}?`,
    effect: 'Nadie podrá iniciar sesión con esta llave de acceso.',
    effectToo: 'Si no tiene otra forma de entrar, la persona vuelve a entrar con un enlace de su correo.',
    button: 'Quitar la llave de acceso',
  },
  session: {
    title: (account) => `Terminar una sesión de ${account}`,
    heading: (account) => html`¿Terminar esta sesión de ${account}?`,
    effect: 'Este navegador tiene que volver a iniciar sesión.',
    button: 'Terminar la sesión',
  },
  deletion: {
    heading: 'Eliminar',
    lead: 'Termina todo y quita el nombre y la dirección para siempre.',
    own: (link) => html`Es usted. Su propia cuenta se elimina en ${link}.`,
    offer: (account) => html`Eliminar ${account}`,
  },
  remove: {
    title: (account) => `Eliminar ${account}`,
    heading: (account) => html`¿Eliminar ${account} para siempre?`,
    effect:
      'Desaparecen su nombre, su dirección, sus formas de entrar y lo que permitió. El registro de auditoría conserva su ID, con los navegadores y las direcciones de red de lo ocurrido.',
    told: 'La persona recibe un correo. No se puede deshacer.',
    button: 'Eliminar para siempre',
    address: (address) => html`Su dirección es ${address}`,
    confirm: 'Escriba la dirección para confirmar',
    notItsAddress: html`no es su dirección; no se ha eliminado nada`,
    first: 'Antes hay que hacer algo.',
    lastAdmin: 'Es el único administrador: nombre a otro.',
    owns: (clients, n) =>
      n === 1
        ? html`Es propietario de ${clients}: elimínelo o indique otro propietario.`
        : html`Es propietario de ${clients}: elimínelos o indique otro propietario.`,
  },
};
