import { html } from 'hono/html';
import type { registration as english } from '../en/registration.ts';

export const registration: typeof english = {
  offer: '¿Aún no tiene cuenta?',
  start: {
    title: 'Crear una cuenta',
    lead: 'Enviamos un enlace a su dirección, para que nadie más que usted pueda usarla. Funciona durante 24 horas y una sola vez.',
    address: 'Su dirección de correo',
  },
  sent: (address) =>
    html`Un correo para ${address} está en camino. Decimos lo mismo para cualquier dirección, para que nadie pueda averiguar quién tiene cuenta.`,
  make: {
    title: 'Cree su cuenta',
    lead: 'Díganos cómo podemos llamarle y elija cómo inicia sesión.',
    admin:
      'Le han invitado como administrador. Por eso después configura un segundo paso, salvo que elija una llave de acceso.',
    name: 'Su nombre',
    nameHint: 'Las aplicaciones solo lo ven si usted lo permite.',
    password: 'Elija una contraseña',
    submit: 'Crear la cuenta',
    withPassword: 'Usar una contraseña en su lugar',
    passkey: 'Crear la cuenta con una llave de acceso',
    passkeyName: 'Primera llave de acceso',
    notMade: 'No se creó ninguna cuenta. Pulse el botón otra vez.',
    notKept: 'No se creó ninguna cuenta. Inténtelo de nuevo o use una contraseña.',
  },
  taken: {
    title: 'Esta dirección ya tiene una cuenta',
    what: 'No se creó otra cuenta. Inicie sesión como siempre. Si olvidó su contraseña, allí puede establecer una nueva.',
  },
  closed: {
    title: 'Ahora nadie puede crear una cuenta aquí',
    lead: 'Las cuentas de este servidor las crean quienes lo administran.',
    what: 'Pídales una cuenta o una invitación. Si tiene una cuenta, inicie sesión.',
  },
  invited: 'Pida uno nuevo a quien le invitó.',
  help: 'No tiene cuenta',
  helpText:
    'Si este servidor le permite crear una, la página de inicio de sesión dice «Crear una cuenta». Si no, pida una invitación a quien lo administra: un correo con un enlace que funciona durante siete días y una sola vez.',
};
