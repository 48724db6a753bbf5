import type { adminNotices as english } from '../en/admin-notices.ts';

export const adminNotices: typeof english = {
  created: {
    what: 'El cliente está registrado.',
    todo: 'Funciona desde ahora.',
  },
  ruled: {
    what: 'La regla está guardada.',
    todo: 'Vale desde ahora, en todos los nodos.',
  },
  saved: {
    what: 'Los cambios se han guardado.',
    todo: 'Se aplican desde ahora.',
  },
  unchanged: {
    what: 'No había nada distinto.',
    todo: 'Así que no se ha guardado nada.',
  },
  'key-networks': {
    what: 'Las redes de la clave están guardadas.',
    todo: 'Las pasarelas lo siguen en un segundo.',
  },
  'key-revoked': {
    what: 'La clave está revocada.',
    todo: 'Toda llamada con ella se rechaza en un segundo.',
  },
  'secret-removed': {
    what: 'El secreto se ha eliminado.',
    todo: 'Dejó de funcionar al instante.',
  },
  disabled: {
    what: 'El cliente está suspendido.',
    todo: 'Todos sus tokens han terminado.',
  },
  enabled: {
    what: 'El cliente vuelve a funcionar.',
    todo: 'Los tokens anteriores siguen terminados.',
  },
  verified: {
    what: 'El cliente está verificado.',
    todo: 'Su nombre y quién lo gestiona cuentan como hechos.',
  },
  submitted: {
    what: 'El cliente está en revisión.',
    todo: 'Mientras tanto funciona.',
  },
  'sent-back': {
    what: 'El cliente vuelve a ser un borrador.',
    todo: 'Funciona, y cuenta como sin comprobar.',
  },
  'given-back': {
    what: 'Se ha devuelto el campo.',
    todo: 'Vuelve a contar lo que dice el cliente.',
  },
  'document-read': {
    what: 'Se ha leído el documento.',
    todo: 'Abajo está lo que dice ahora.',
  },
  logo: {
    what: 'El logotipo se ha guardado.',
    todo: 'Se ve cuando el cliente está verificado, salvo si es de VibeCaaS.',
  },
  'logo-removed': {
    what: 'El logotipo se ha quitado.',
    todo: 'Ninguna página lo muestra ya.',
  },
  deleted: {
    what: 'El cliente se ha eliminado.',
    todo: 'Sus secretos, consentimientos y tokens ya no existen.',
  },
  'webhook-saved': {
    what: 'El webhook se ha guardado.',
    todo: 'Los eventos van allí desde ahora.',
  },
  'webhook-off': {
    what: 'El webhook se ha guardado.',
    todo: 'Está apagado: no se envía ningún evento.',
  },
  'webhook-tested': {
    what: 'El evento de prueba está en camino.',
    todo: 'Vuelva a cargar esta página para ver cómo ha ido.',
  },
  'webhook-replayed': {
    what: 'Se envía una vez más.',
    todo: 'Vuelva a cargar esta página para ver cómo ha ido.',
  },
  'webhook-nothing': {
    what: 'No ha fallado nada desde entonces.',
    todo: 'Así que no se envía nada.',
  },
  'webhook-deleted': {
    what: 'El webhook se ha quitado.',
    todo: 'No se envían más eventos.',
  },
  'stream-paused': {
    what: 'El flujo está en pausa.',
    todo: 'Su receptor no recibe nada hasta que un administrador lo reanude.',
  },
  'stream-enabled': {
    what: 'El flujo continúa.',
    todo: 'Su receptor recibe lo que se ha perdido.',
  },
  'stream-removed': {
    what: 'El flujo se ha quitado.',
    todo: 'Su receptor ya no recibe señales.',
  },
  'account-created': {
    what: 'La cuenta se ha creado.',
    todo: 'Su propietario puede iniciar sesión con la contraseña que usted puso.',
  },
  'account-saved': {
    what: 'La cuenta se ha cambiado.',
    todo: 'Sus próximos tokens llevan el cambio.',
  },
  suspended: {
    what: 'La cuenta está suspendida.',
    todo: 'Sus sesiones y todos sus tokens han terminado.',
  },
  restored: {
    what: 'La cuenta puede volver a iniciar sesión.',
    todo: 'Lo que terminó con la suspensión sigue terminado.',
  },
  password: {
    what: 'La nueva contraseña está puesta.',
    todo: 'Las sesiones y los tokens anteriores han terminado.',
  },
  'password-required': {
    what: 'Se exige una contraseña nueva.',
    todo: 'Las sesiones han terminado; el próximo inicio de sesión la pide.',
  },
  'second-step-reset': {
    what: 'El segundo paso y las llaves de acceso se han quitado.',
    todo: 'Las sesiones han terminado, y nada de lo que se quitó funciona ya.',
  },
  'passkey-removed': {
    what: 'La llave de acceso se ha quitado.',
    todo: 'Las sesiones han terminado y la persona recibe un correo.',
  },
  'account-deleted': {
    what: 'La cuenta se ha eliminado.',
    todo: 'Sus sesiones, consentimientos y tokens ya no existen.',
  },
  invited: {
    what: 'La invitación está en camino.',
    todo: 'Su enlace funciona siete días y una sola vez.',
  },
  'invitation-resent': {
    what: 'La invitación se ha enviado de nuevo.',
    todo: 'El enlace del correo anterior ha dejado de funcionar.',
  },
  'invitation-withdrawn': {
    what: 'La invitación se ha retirado.',
    todo: 'Su enlace ha dejado de funcionar.',
  },
  disconnected: {
    what: 'La aplicación está desconectada.',
    todo: 'Todo su acceso a esta cuenta ha terminado.',
  },
  'session-ended': {
    what: 'La sesión ha terminado.',
    todo: 'Ese navegador tiene que volver a iniciar sesión.',
  },
  'signed-out': {
    what: 'Todas las sesiones han terminado.',
    todo: 'Las aplicaciones siguen conectadas.',
  },
  rotated: {
    what: 'Las claves de firma se han rotado.',
    todo: 'Cada nodo firma con la clave siguiente en menos de un segundo.',
  },
  'admin-granted': {
    what: 'Esta cuenta ahora es de administrador.',
    todo: 'Puede hacer todo lo que usted puede.',
  },
  'admin-revoked': {
    what: 'Esta cuenta ya no es de administrador.',
    todo: 'Sus páginas de administración abiertas dejaron de funcionar.',
  },
};
