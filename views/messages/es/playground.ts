import { html } from 'hono/html';
import type { playground as english } from '../en/playground.ts';

export const playground: typeof english = {
  page: {
    area: 'zona de pruebas',
    title: 'Zona de pruebas · VibeCaaS',
    about: 'Acerca de este servidor',
    heading: 'De una pregunta a un token, y de vuelta a nada',
    lead: 'Demo Notes pide acceso, lo usa y lo pierde. Cada paso es una solicitud real a este servidor.',
    restart: 'Empezar de nuevo',
    decoded: 'Token de acceso, decodificado',
    folded: 'Solicitud y respuesta',
    sentAt: (at) => html`Como se envió a las ${at}.`,
    request: 'Solicitud',
    response: 'Respuesta',
    expired: 'caducado',
    minutesLeft: (minutes, seconds) => `quedan ${minutes} min ${seconds} s`,
    secondsLeft: (seconds) => `quedan ${seconds} s`,
  },
  key: {
    heading: 'O con una clave propia',
    lead: 'Para sus propios scripts no hay ningún flujo: cree una clave y llame con ella a la misma API.',
    make: 'Crear una clave',
  },
  notices: {
    gone: {
      what: 'Este recorrido ha terminado.',
      todo: 'Empezó de nuevo, o pasó una hora. Pida acceso para comenzar otro.',
    },
    foreign: {
      what: 'Esa respuesta no es de este recorrido.',
      todo: 'Volvió a pedir entretanto, quizá en otra pestaña. Una aplicación solo acepta la respuesta que espera: pida de nuevo.',
    },
    taken: {
      what: 'Ese paso ya quedó atrás.',
      todo: 'Ya lo dio, quizá en otra pestaña. Siga desde aquí.',
    },
  },
  go: {
    ask: 'Pedir acceso',
    exchange: 'Siguiente: canjear el código',
    call: 'Siguiente: llamar a la API',
    refresh: 'Siguiente: renovar',
    revoke: 'Siguiente: revocar',
    refused: 'Siguiente: llamar otra vez',
  },
  titles: {
    ask: 'Pedir',
    answer: 'Usted responde',
    exchange: 'Canjear el código por tokens',
    call: 'Llamar a la API',
    refresh: 'Renovar',
    revoke: 'Revocar',
    refused: 'Llamar otra vez: rechazado',
  },
  youAllowed: 'Usted lo permitió',
  youDenied: 'No permitió nada',
  withError: 'Volvió con un error',
  before: {
    ask: 'Demo Notes le envía a la página de autorización con un desafío PKCE nuevo.',
    answer: 'Inicia sesión, lee lo que quiere y permite todo, una parte o nada.',
    exchange: 'El código sirve una vez y durante 60 segundos. El verificador prueba que quien pidió es quien canjea.',
    call: 'GET /v1/projects tras el verificador, con el token de acceso.',
    refresh: 'Un token de acceso nuevo sin preguntarle.',
    revoke: 'Lo que hace «Desconectar».',
    refused: 'El mismo token, sin caducar, se responde con 401 en menos de un segundo.',
  },
  after: {
    ask: 'Demo Notes le envió a la página de autorización con un desafío PKCE nuevo.',
    refresh: 'Un token de acceso nuevo sin preguntarle. El refresh token también se reemplazó.',
    revoke:
      'El refresh token termina, y con él todos los tokens de acceso creados con él. «Desconectar» hace eso con todas las conexiones de una aplicación.',
    refused: 'El mismo token, sin caducar, y ya nadie lo acepta.',
  },
  waiting: 'Se le envió a la página de autorización y aún no ha vuelto. Siga allí, o pida de nuevo.',
  failed: {
    answer: 'Demo Notes se entera de eso y de nada más. Pida de nuevo para ver el resto del recorrido.',
    exchange:
      'El código esperó más de 60 segundos, ya se usó, o usted desconectó Demo Notes. Pida de nuevo para obtener otro.',
    ended: 'Terminó este acceso entretanto, o caducó. Pida de nuevo para seguir.',
    refused: 'Esto debería haberse rechazado, pero no fue así. Empiece de nuevo.',
  },
  noToken: 'Demo Notes tiene un código, y aún ningún token.',
  allowedAll: (scopes) => `${scopes}. Es todo lo que pidió.`,
  allowedPart: (scopes, leftOut) => `${scopes}. Dejó fuera ${leftOut}.`,
  walkAgain: 'Recorrer otra vez',
  askAgain: 'Pedir de nuevo',
  withCurl: 'Lo mismo con curl',
  moreWithCurl: 'Otra vez con curl',
  spent:
    'El código está recortado porque ya se gastó: si llegara por segunda vez, terminarían todos los tokens creados con él.',
  replaced: 'Con el refresh token nuevo. Desde entonces el reemplazado cuenta como robado, y usarlo termina el acceso.',
  outcomes: {
    back_with_code: '303, de vuelta con un código',
    back_without_code: '303, de vuelta sin código',
    code_received: 'código recibido',
    no_code: 'sin código',
    accepted: 'aceptado',
    accepted_without_code: 'aceptado, sin código',
  },
};
