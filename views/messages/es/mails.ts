import type { mails as english } from '../en/mails.ts';

export const mails: typeof english = {
  never: 'VibeCaaS nunca pide por correo su contraseña, un código ni una clave.',
  hasAccount: (address, host) => `Recibe este correo porque la dirección ${address} tiene una cuenta en ${host}.`,
  hadAccount: (address, host) => `Recibe este correo porque la dirección ${address} tenía una cuenta en ${host}.`,
  wasTyped: (address, host) => `Recibe este correo porque alguien escribió la dirección ${address} en ${host}.`,
  wasInvited: (address, host) => `Recibe este correo porque alguien de ${host} invitó a la dirección ${address}.`,
  when: 'Cuándo',
  asked: 'Pedido',
  from: 'Desde',
  how: 'Cómo',
  app: 'Para',
  newAddress: 'Dirección nueva',
  passkey: 'Llave de acceso',
  wasYou: '¿Fue usted?',
  nothingToDo: 'Entonces no tiene que hacer nada.',
  wasNotYou: '¿No fue usted?',
  wasNotYouChange:
    'Establezca ahora una contraseña nueva. Eso cierra la sesión en todos los navegadores y desconecta todas las aplicaciones. Después mire qué ha pasado en su cuenta.',
  setPassword: 'Establecer una contraseña nueva',
  linkUntil: (until) => `El enlace funciona hasta el ${until} y una sola vez.`,

  verifySubject: 'Confirme su dirección',
  verifyPreview: 'El enlace funciona durante 24 horas y una sola vez.',
  verifyLead: '¿Es esta su dirección? Confírmela para que las aplicaciones que pueden verla puedan fiarse de ella:',
  verifyButton: 'Confirmar esta dirección',
  verifyNotYou: 'Entonces no haga nada. La dirección queda sin confirmar.',

  resetSubject: 'Establezca una contraseña nueva',
  resetPreview: 'El enlace funciona durante 30 minutos y una sola vez.',
  resetLead: 'Alguien pidió este enlace para su cuenta de VibeCaaS. Si fue usted, continúe:',
  resetSecondStep: 'También le pide su segundo paso.',
  resetNotYou: 'Entonces no haga nada. Su contraseña sigue como está, y nadie puede usar este enlace sin su correo.',

  passwordSubject: 'Su contraseña ha cambiado',
  passwordPreview: '¿Fue usted? Si no, establezca otra ahora.',
  passwordLead: {
    person:
      'Alguien que conocía la contraseña anterior estableció una nueva. Se cerró la sesión en todos los demás navegadores, y todas las conexiones de sus aplicaciones han terminado.',
    link: 'Alguien estableció una contraseña nueva con un enlace de su correo. Se cerró la sesión en todos los navegadores, y todas las conexiones de sus aplicaciones han terminado.',
    admin:
      'Un administrador estableció una contraseña nueva para su cuenta. Se cerró la sesión en todos los navegadores, y todas las conexiones de sus aplicaciones han terminado.',
  },

  browserSubject: (browser) => `Nuevo inicio de sesión: ${browser}`,
  browserSubjectUnknown: 'Nuevo inicio de sesión en su cuenta',
  browserPreview: '¿Fue usted? Si no, termínelo ahora.',
  browserLead: 'Su cuenta se ha usado en un navegador que no habíamos visto antes.',
  browserEnd: 'Termínelo ahora. La página cierra la sesión en ese navegador. Después establezca una contraseña nueva.',
  browserButton: 'Ver dónde tiene la sesión iniciada',
  browserWhy: 'Escribimos por cada navegador nuevo. No se puede desactivar: así es como usted se entera.',
  methods: {
    pwd: 'contraseña',
    otp: 'código de su aplicación de autenticación',
    rcv: 'código de recuperación',
    passkey: 'llave de acceso',
    fed: 'otra cuenta suya',
  },
  factorNames: {
    totp: 'una aplicación de autenticación',
    recovery_codes: 'códigos de recuperación nuevos',
    passkey: 'una llave de acceso',
    upstream: 'otra forma de entrar',
  },
  factorAddedSubject: (factor) => `Su cuenta tiene ahora ${factor}`,
  factorAddedPreview: '¿Fue usted?',
  factorAddedLead: 'Se acaba de añadir a su cuenta. Desde ahora sirve para iniciar sesión.',
  factorRemovedNames: {
    totp: 'Se ha quitado su aplicación de autenticación',
    recovery_codes: 'Se han quitado sus códigos de recuperación',
    passkey: 'Se ha quitado una llave de acceso',
    upstream: 'Se ha quitado una forma de entrar',
  },
  factorRemovedPreview: '¿Fue usted?',
  factorRemovedLead: 'Ya no sirve para iniciar sesión.',
  factorRemovedByAdmin: 'Lo ha hecho un administrador. Ya no sirve para iniciar sesión.',

  recoverySubject: 'Se ha usado un código de recuperación',
  recoveryPreview: (left) => (left === 0 ? 'No le queda ninguno.' : `Le quedan ${left}.`),
  recoveryLead: (left) => {
    if (left === 0) {
      return 'Alguien inició sesión en su cuenta con su último código de recuperación. Cree códigos nuevos para poder entrar sin su aplicación de autenticación.';
    }
    return `Alguien inició sesión en su cuenta con uno de sus códigos de recuperación. ${left === 1 ? 'Le queda uno' : `Le quedan ${left}`}.`;
  },

  changeSubject: 'Confirme su dirección nueva',
  changePreview: 'El enlace funciona durante 24 horas y una sola vez.',
  changeLead: (from) =>
    `La cuenta de VibeCaaS de ${from} quiere pasar a esta dirección. Si usted lo pidió, confírmelo:`,
  changeNotYou: 'Entonces no haga nada. La cuenta se queda donde está.',

  changedSubject: 'Su dirección ha cambiado',
  changedPreview: '¿Fue usted? Si no, tiene 7 días para deshacerlo.',
  changedLead: (to) => `Desde ahora inicia sesión con ${to}, y los correos van a esa dirección.`,
  changedUndo: (until) =>
    `Deshágalo antes del ${until}. Eso devuelve esta dirección, cierra la sesión en todos los navegadores, desconecta todas las aplicaciones y elimina la contraseña.`,
  changedButton: 'Deshacer el cambio',

  lockedSubject: 'Alguien intenta iniciar sesión en su cuenta',
  lockedPreview: 'Se han probado muchas contraseñas equivocadas.',
  lockedLead:
    'Se han probado muchas contraseñas equivocadas para su cuenta, por lo que los navegadores nuevos tienen que esperar antes del siguiente intento. Los navegadores en los que ya inició sesión no.',
  lockedTodo: 'Su contraseña ha resistido. Si la usa también en otro sitio, establezca otra.',

  invitationSubject: 'Le invitamos a VibeCaaS',
  invitationPreview: 'El enlace funciona durante 7 días y una sola vez.',
  invitationLead: (by) => `${by} le ha reservado un lugar en VibeCaaS. Elija una contraseña y ya está dentro.`,
  registerSubject: 'Termine su cuenta de VibeCaaS',
  registerLead: 'Alguien quiere crear una cuenta de VibeCaaS con esta dirección. Si fue usted, elija una contraseña:',
  invitationButton: 'Crear su cuenta',
  invitationStrange: '¿No lo esperaba?',
  invitationNotYou: 'Entonces no haga nada. Sin este enlace nadie puede crear una cuenta con su dirección.',

  inUseSubject: 'Ya tiene una cuenta',
  inUsePreview: 'Alguien quiso usar su dirección para otra.',
  inUseLead:
    'Alguien quiso usar esta dirección para una cuenta de VibeCaaS. Ya tiene una, así que no ha pasado nada. Si fue usted, inicie sesión; si olvidó su contraseña, establezca una nueva.',
  inUseNotYou: 'Entonces no tiene que hacer nada.',
  inUseButton: 'Iniciar sesión',

  deletedSubject: 'Su cuenta se ha eliminado',
  deletedPreview: 'Nada de ella se puede recuperar.',
  deletedLead:
    'Su cuenta de VibeCaaS ya no existe, con todo lo que las aplicaciones podían hacer en ella. Nadie puede recuperarla.',
  deletedNotYou: 'Dígaselo a quien administra este servidor, e indique cuándo ocurrió.',
};
