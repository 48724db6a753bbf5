import { html } from 'hono/html';
import type { signIn as english } from '../en/sign-in.ts';

export const signIn: typeof english = {
  title: 'Iniciar sesión',
  toOwnApp: 'Iniciar sesión en VibeCaaS',
  toContinue: (app) => html`Inicie sesión para continuar en ${app}`,
  ownAppLead: (app, connectedApps) =>
    html`Hacemos y gestionamos ${app} nosotros mismos. En ${connectedApps} puede ver lo que puede hacer y desconectarla.`,
  appLead: (app) => html`${app} nunca ve su contraseña y solo puede hacer lo que usted permita.`,
  accountLead: 'Vea qué aplicaciones pueden actuar por usted y qué puede hacer cada una, y desconecte las que quiera.',
  email: 'Correo electrónico',
  password: 'Contraseña',
  currentPassword: 'Contraseña actual',
  newPassword: 'Contraseña nueva',
  newPasswordHint: 'Termina todas las conexiones de sus aplicaciones; lo que les permitió se mantiene.',
  submit: 'Iniciar sesión',
  forgot: '¿Olvidó su contraseña?',
  mismatch: 'Los datos no coinciden.',
  mismatchTodo: 'El correo o la contraseña son incorrectos. Compruebe ambos y vuelva a intentarlo.',
  late: 'Ha tardado demasiado.',
  lateTodo: 'Empiece de nuevo: escriba otra vez su contraseña.',
  again: 'Ya ha iniciado sesión.',
  againTodo: 'Para continuar, inicie sesión otra vez.',
  throttled: 'Demasiados intentos de iniciar sesión.',
  throttledTodo: (wait) => `Espere ${wait} y vuelva a intentarlo.`,
  change: 'Necesita una contraseña nueva.',
  changeTodo: 'Lo ha pedido un administrador. Escriba una vez más la que tiene y otra nueva.',
  demo: (email, password) =>
    html`<b>Este servidor tiene una cuenta de demostración.</b> ${email} con la contraseña ${password}, si nadie la ha cambiado.`,
  choose: {
    title: (app) => `¿Qué cuenta para ${app}?`,
    heading: (app) => html`¿Qué cuenta para ${app}?`,
    signedInAs: (name, email) => html`Ha iniciado sesión como ${name}, ${email}.`,
    goOnAs: (email) => html`Continuar como ${email}`,
    signInAs: (email) => html`Iniciar sesión como ${email}`,
    another: 'Usar otra cuenta',
    asksFor: (app, email) => html`${app} pide la cuenta ${email}.`,
    notThatOne: 'No es la cuenta con la que se ha iniciado sesión aquí.',
    whatHappens:
      'Con otra cuenta se cierra la sesión de esta en este navegador. A una cuenta que todavía no ha permitido la aplicación se le pregunta a continuación.',
  },
  out: {
    title: '¿Cerrar sesión?',
    heading: '¿Cerrar la sesión en VibeCaaS?',
    asked: (app) => html`Lo pide ${app}.`,
    signedInAs: (email) => html`Ha iniciado sesión como ${email}.`,
    onlyHere: 'Solo en este navegador',
    onlyHereLead:
      'La próxima vez que una aplicación pregunte, iniciará sesión de nuevo. En otros navegadores y dispositivos la sesión sigue abierta.',
    thisAccount: 'su cuenta',
    stay: 'Seguir con la sesión abierta',
    submit: 'Cerrar sesión',
  },
  gone: {
    title: 'Sesión cerrada',
    stillTitle: 'La sesión sigue abierta',
    heading: 'Ha cerrado la sesión en VibeCaaS',
    lead: 'En este navegador. En otros navegadores y dispositivos la sesión sigue abierta.',
    stillHeading: 'Su sesión en VibeCaaS sigue abierta',
    stillLead: (email) => html`Como ${email}, en este navegador.`,
    shared: 'En un ordenador compartido',
    sharedApp: (app) =>
      html`Cierre también la sesión en ${app}: una aplicación puede mantenerla abierta en sus propias páginas.`,
    sharedApps:
      'Cierre también la sesión en las aplicaciones que haya usado: una aplicación puede mantenerla abierta en sus propias páginas.',
    later: 'Para cerrar la sesión más tarde',
    laterLead: 'Cada una de sus páginas tiene «Cerrar sesión» en la parte superior.',
    again: 'Iniciar sesión de nuevo',
    backTo: (app) => html`Volver a ${app}`,
  },
};
