import { html } from 'hono/html';
import type { security as english } from '../en/security.ts';

export const security: typeof english = {
  title: 'Seguridad',
  lead: 'Cómo inicia sesión y cómo recupera el acceso.',
  password: 'Contraseña',
  passwordLead:
    'Un cambio cierra su sesión en todos los demás sitios. Termina todas las conexiones de sus aplicaciones; lo que les permitió se mantiene.',
  passwordNone: 'No tiene ninguna: inicia sesión de otra forma.',
  setByMail: 'Establecer una por correo',
  currentPassword: 'Contraseña actual',
  wrong: 'no es correcta: no se ha cambiado nada',
  newPassword: 'Contraseña nueva',
  change: 'Cambiar la contraseña',
  changeFirst: html`Cambiar<span class="vh"> su contraseña</span>`,
  tooMany: 'Demasiados intentos.',
  wait: (time) => `No se ha cambiado nada. Espere ${time} e inténtelo de nuevo.`,
  notices: {
    'mail-sent': {
      what: 'Mire su correo.',
      todo: 'Un enlace está en camino. Funciona durante 24 horas y una sola vez.',
    },
    'password-changed': {
      what: 'Su contraseña ha cambiado.',
      todo: 'Solo tiene la sesión iniciada aquí, y todas las conexiones de sus aplicaciones han terminado.',
    },
    'second-step-off': {
      what: 'El segundo paso está desactivado.',
      todo: 'A partir de ahora, iniciar sesión no requiere ningún código.',
    },
  },
};
