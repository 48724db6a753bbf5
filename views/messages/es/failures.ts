import type { failures as english } from '../en/failures.ts';

export const failures: typeof english = {
  caption: 'Solicitudes fallidas, las más recientes primero',
  wrongAndFix: 'Qué estaba mal y cómo corregirlo',
  request: 'Solicitud',
  sender: 'Remitente',
  senderUnknown: 'Remitente desconocido',
  everybody: 'Todos',
  known: 'La aplicación y quienes la usan',
  unknown: 'Desconocido',
  find: 'Buscar',
  notShown: 'enviado, no se muestra',
  whatWasSent: 'Qué se envió',
  endpoint: 'Punto de acceso',
  ourAnswer: 'Nuestra respuesta',
  detail: 'Detalle',
  senders: {
    client: 'La aplicación. Se había autenticado.',
    person: 'Una persona que había iniciado sesión aquí, o de la que se envió un código o token de esta aplicación.',
    stranger:
      'Desconocido. Cualquiera puede enviar una solicitud que nombre la aplicación, así que no cuenta en su contra.',
  },
};
