import type { errors as english } from '../en/errors.ts';

export const errors: typeof english = {
  whatYouCanDo: 'Qué puede hacer',
  forDeveloper: 'Para quien desarrolla: qué estaba mal, y el id de solicitud',
  forSupport: 'Para el servicio de asistencia: el id de solicitud',
  requestId: 'Id de solicitud',
  time: 'Hora',
  aboutServer: 'Acerca de este servidor',
  asItIsNow: 'Ver cómo está ahora',
  developer: {
    error: 'Error',
    wrong: 'Qué estaba mal',
    received: 'Recibimos',
    fix: 'Cómo corregirlo',
  },
  cookiesOff: {
    title: 'Su navegador no envió ninguna cookie',
    lead: 'Para iniciar sesión hace falta una: separa lo que usted hace aquí de lo que hacen los demás. No se ha cambiado nada.',
    advice: [
      'Permita las cookies para esta dirección en los ajustes de su navegador. También puede rechazarlas una ventana privada o una extensión que bloquea contenido.',
      'Después vuelva al lugar de donde venía y empiece de nuevo. Si abrió un enlace de otro navegador, empiece de nuevo en este.',
    ],
  },
  appRemoved: {
    title: 'Esta aplicación no se puede usar ahora',
    lead: 'Se suspendió o se retiró después de hacer su petición. Su acceso ha terminado.',
    advice: ['Ya no hay nada que responder. Si necesita la aplicación, pregunte a quien la hace.'],
  },
  appChanged: {
    title: 'Esta aplicación ha cambiado',
    lead: 'Lo que dice de sí misma, o lo que puede pedir, cambió después de hacer su petición. No se ha compartido nada.',
    advice: ['Vuelva a la aplicación y empiece de nuevo desde allí. Puede pedir lo que ahora tiene permitido.'],
  },
  interactionOver: {
    title: 'Esta página ha caducado',
    lead: 'Ya se respondió, esperó demasiado o pertenece a otro navegador, o usted cerró la sesión entretanto. Al abrirla de nuevo no ha cambiado nada.',
    advice: [
      'Vuelva a la aplicación y empiece de nuevo desde allí. Le traerá aquí con una solicitud nueva.',
      'Si ha permitido la aplicación, eso sigue en pie: en sus aplicaciones conectadas consta lo que puede hacer.',
    ],
  },
  overload: {
    title: 'Ahora no podemos responder',
    lead: 'VibeCaaS está demasiado ocupado en este momento. No se ha hecho nada de lo que envió.',
    advice: ['Espere unos segundos y vuelva a intentarlo.'],
  },
  tooManyTries: (wait) => ({
    title: 'Demasiados intentos',
    lead: 'Para proteger las cuentas, esto tiene que esperar un poco.',
    advice: [`Espere ${wait ?? 'unos minutos'} y vuelva a intentarlo.`],
  }),
  failed: {
    title: 'Aquí ha fallado algo',
    lead: 'La culpa es nuestra, no suya.',
    advice: [
      'Vuelva a intentarlo en un momento. Si envió un formulario, compruebe primero si surtió efecto.',
      'Si vuelve a ocurrir, indique a quien administra este servidor el id de solicitud que aparece abajo.',
    ],
  },
  byStatus: {
    400: {
      title: 'Esta solicitud no se puede leer',
      lead: 'No ha cambiado nada en su cuenta.',
      advice: ['Vuelva atrás, cargue la página de nuevo y envíela una vez más.'],
    },
    401: {
      title: 'No ha iniciado sesión',
      lead: 'Esta página es solo para quien la ha iniciado. No ha cambiado nada.',
      advice: ['Inicie sesión y vuelva a intentarlo.'],
    },
    403: {
      title: 'Este formulario no se ha aceptado',
      lead: 'No venía de su propia página, o esa página estuvo abierta demasiado tiempo. No ha cambiado nada.',
      advice: ['Abra la página de nuevo y envíe el formulario desde allí.'],
    },
    404: {
      title: 'Aquí no hay nada',
      lead: 'Puede que la dirección esté mal escrita o que lo que había aquí ya no exista.',
      advice: ['Compruebe la dirección. Si le envió aquí una aplicación, avise a quien la desarrolla.'],
    },
    405: {
      title: 'Esta dirección no admite una solicitud así',
      lead: 'Pertenece a un formulario o a un programa. No ha cambiado nada.',
      advice: ['Vuelva a la página de la que venía y siga desde allí.'],
    },
    409: {
      title: 'Otra persona se adelantó',
      lead: 'Lo que quería cambiar se cambió mientras tanto. No se ha guardado nada suyo.',
      advice: ['Cargue la página de nuevo y vea cómo está ahora.'],
    },
    410: {
      title: 'Esta página ha caducado',
      lead: 'Ya se usó o esperó demasiado. Al abrirla de nuevo no ha cambiado nada.',
      advice: ['Vuelva al lugar de donde venía y empiece de nuevo.'],
    },
    413: {
      title: 'Este formulario es demasiado grande',
      lead: 'Es mayor que cualquiera de los nuestros. No se ha guardado ni cambiado nada.',
      advice: ['Vuelva atrás, acórtelo y envíelo una vez más.'],
    },
    503: {
      title: 'Ahora no podemos responder',
      lead: 'Algo de lo que dependemos no funciona o está sobrecargado.',
      advice: ['Vuelva a intentarlo en un momento. Si envió un formulario, compruebe primero si surtió efecto.'],
    },
  },
  request: {
    failed: {
      title: 'Aquí ha fallado algo',
      lead: 'La culpa es nuestra, no suya ni de la aplicación.',
      advice: [
        'Vuelva a intentarlo en un momento. Si vuelve a ocurrir, indique a quien administra este servidor el id de solicitud que aparece abajo.',
      ],
    },
    title: (app) => `${app ?? 'La aplicación'} envió una solicitud que no podemos aceptar`,
    tab: 'Esta solicitud no puede continuar',
    nothingShared: 'No se ha compartido nada y no ha cambiado nada en su cuenta.',
    nobodySignedOut: 'No se ha cerrado ninguna sesión: si tenía una abierta aquí, sigue abierta.',
    tryOnceMore: (app) =>
      `Vuelva a ${app ?? 'la aplicación'} e inténtelo una vez más. Si vuelve a ver esta página, el error está en la aplicación: envíe a quien la desarrolla el id de solicitud que aparece abajo.`,
    signOutWithout:
      'Puede cerrar la sesión sin la aplicación. Si vuelve a ver esta página, el error está en la aplicación: envíe a quien la desarrolla el id de solicitud que aparece abajo.',
    signOut: 'Cerrar la sesión en VibeCaaS',
    asksInVain: (app) => `${app ?? 'La aplicación'} pidió algo que no puede obtener`,
    goOnOnly: (host) =>
      `Nadie en VibeCaaS ha comprobado esta aplicación. Continúe solo si conoce ${host} y quiere ir allí.`,
    goOnTo: (host) => `Continuar a ${host}`,
    backTo: (host) => `Volver a ${host}`,
  },
  otherName: {
    title: 'Este servidor tiene otro nombre',
    lead: (issuer) => `Solo responde como ${issuer}, para que nadie pueda hacerse pasar por él.`,
    goTo: (host) => `Ir a ${host}`,
  },
};
