import { html } from 'hono/html';
import type { site as english } from '../en/site.ts';

export const site: typeof english = {
  help: {
    title: 'Ayuda',
    lead: 'Qué puede hacer aquí y a quién preguntar.',
    useApps: 'Usted usa aplicaciones',
    useAppsText: (connectedApps, security) =>
      html`En ${connectedApps} puede ver qué aplicaciones pueden actuar por usted y qué puede hacer cada una, y desconectarlas. Su contraseña se cambia en ${security}.`,
    useKeys: 'Usa claves de API',
    useKeysText: (keys) =>
      html`Sus scripts y servidores llaman a la API con una clave: créela en ${keys('Claves de API')}, una para cada programa y solo con lo que necesite. Quien tiene una clave actúa en su nombre. Si otros pueden haberla visto, revóquela allí: toda llamada con ella se rechaza en menos de un segundo.`,
    cantSignIn: 'No puede iniciar sesión',
    cantSignInText: (reset) =>
      html`${reset('Pida un enlace')} para establecer una contraseña nueva. Llega a la dirección de su cuenta y sirve una vez. La contraseña nueva termina todas las sesiones. Si ya no tiene el teléfono con sus códigos o sus llaves de acceso, use un código de recuperación. Si tampoco los tiene, quien administra este servidor puede quitar las llaves de acceso y el segundo paso.`,
    safer: 'Quiere más seguridad',
    saferText: (security) =>
      html`Añada una llave de acceso o un segundo paso en ${security}. Una llave de acceso es su huella, su rostro o su PIN en lugar de la contraseña. Guarde sus códigos de recuperación: con ellos vuelve a entrar.`,
    notYou: 'Otra persona estuvo en su cuenta',
    notYouText: (sessions, security, activity, apps, keys) =>
      html`Termine lo que no conozca en ${sessions} y cambie después su contraseña en ${security}: eso termina las demás sesiones y todas las conexiones de aplicaciones. Quedan las llaves de acceso, las claves de API y lo que pueden hacer las aplicaciones: quite allí, en ${keys('Claves de API')} y en ${apps} lo que no sea suyo. Vea lo ocurrido en ${activity}. Le escribimos con cada inicio de sesión en un navegador nuevo y con cada cambio en su forma de acceso, y nunca pedimos una contraseña por correo.`,
    data: 'Sus datos',
    dataText: (yourData) =>
      html`Llévese una copia de todo, o elimine su cuenta, en ${yourData}. Después queda un registro de lo ocurrido, bajo un número, sin su nombre ni su dirección de correo; indica los navegadores y las direcciones de red de los que vino.`,
    buildApp: 'Usted desarrolla una aplicación',
    buildAppText: (lines, metadata) =>
      html`Una aplicación necesita un id de cliente. Quien administra este servidor registra la aplicación y le da el id; después bastan ${lines('cinco líneas')} para conectarla. Para una biblioteca: ${metadata('los metadatos del servidor')}.`,
    buildAppDocs: (docs) => html`Para todo lo demás: ${docs('la documentación')}.`,
    wrong: 'Algo ha ido mal',
    wrongText: (operator) =>
      html`Si sigue viendo una página de error, anote el id de solicitud que muestra y déselo a ${operator('quien administra este servidor')}: lleva a la causa. Si una aplicación hace lo que no debe, primero desconéctela y después avise.`,
  },
  privacy: {
    title: 'Privacidad',
    lead: 'Qué guarda este servidor sobre usted y quién lo ve.',
    kept: 'Qué se guarda',
    keptLines: [
      'Su nombre, su dirección de correo y el idioma que ha elegido, mientras tenga una cuenta. Si la cuenta se trajo de otro sistema, su identificador allí.',
      'Cómo inicia sesión: su contraseña, solo como un resumen del que nadie puede recuperarla; las llaves de acceso con sus nombres; la clave de su aplicación de autenticación, cifrada; los códigos de recuperación, como resúmenes; y su identificador y su dirección en otros proveedores que haya conectado.',
      'Dónde tiene la sesión iniciada: navegador, dirección de red y horas, hasta 14 días después del último uso.',
      'Qué ha permitido a qué aplicaciones, y sus conexiones.',
      'Sus claves de API solo como hash, con su nombre, lo que permiten, y cuándo y desde qué dirección de red se usó cada una por última vez, hasta 90 días después de su fin.',
      'Los correos que le enviamos, durante 30 días: su dirección, lo que dicen, y el navegador y la dirección de red que los causaron.',
      'Un registro de lo ocurrido en su cuenta, con navegador, idioma y dirección de red. No contiene su nombre ni su dirección de correo, y queda cuando se elimina la cuenta.',
    ],
    seen: 'Quién lo ve',
    seenText: 'Quien administra este servidor. Una aplicación ve lo que usted le permite, y nunca su contraseña.',
    policy: (link) => html`Lo demás está en su ${link('política de privacidad')}.`,
    noPolicy: 'No ha indicado aquí una política de privacidad propia.',
    cookies: 'Cookies',
    cookiesText:
      'Solo las que mantienen su sesión abierta (14 días), protegen los formularios, recuerdan el idioma elegido (un año) y reconocen un navegador en el que ha iniciado sesión (180 días; indica hasta cinco cuentas, como resúmenes). Estas páginas no cargan nada de otros sitios ni siguen a nadie.',
  },
  terms: {
    title: 'Condiciones',
    lead: 'Qué acepta usted aquí.',
    server: 'Este servidor',
    serverText: (link) => html`Aquí se aplican las ${link('condiciones')} de quien administra este servidor.`,
    noTerms:
      'Quien administra este servidor no ha indicado condiciones aquí. Se aplica lo que usted haya acordado con él para su cuenta.',
    apps: 'Aplicaciones',
    appsText: (connectedApps) =>
      html`Cada aplicación tiene sus propias condiciones. En ${connectedApps} puede poner fin en cualquier momento a lo que una aplicación puede hacer.`,
  },
  landing: {
    title: 'Las aplicaciones y sus proyectos',
    heading: 'Deje que las aplicaciones trabajen con sus proyectos de VibeCaaS, con sus condiciones',
    lead: 'Una aplicación pregunta, usted decide y puede echarse atrás en un segundo. Ninguna aplicación ve nunca su contraseña.',
    library: 'Para su biblioteca de OAuth',
    libraryLead: 'A la mayoría le basta la primera línea.',
    fiveLines: 'Conectar en cinco líneas',
    fiveLinesText: (library, url, verifier) =>
      html`En Node, con el paquete ${library}. Ponga su id de cliente. Envíe a la persona a ${url} y guarde ${verifier} para cuando vuelva.`,
    forPeople: 'Para todos',
    peopleHeading: 'Vea quién puede actuar por usted',
    peoplePoints: {
      see: 'Cada aplicación y cada agente, y qué puede hacer.',
      allow: 'Usted permite todo lo que pide una aplicación, o una parte.',
      end: 'Un botón le pone fin, en todas partes a la vez.',
    },
    example: 'Por ejemplo',
    forBuilders: 'Para quien desarrolla',
    buildersHeading: 'Conecte lo que usted crea',
    builderPoints: {
      standard: 'OAuth 2.0 según el estándar: dé a su biblioteca una dirección y ella encuentra el resto.',
      clientId: (ask) =>
        html`Su aplicación necesita un id de cliente. Se lo da quien administra este servidor, que registra su aplicación. ${ask('Pídaselo')}.`,
      demo: (client) => html`Para probarlo antes: ${client} ya está registrado aquí.`,
    },
    oneAddress: 'Una dirección, cualquier biblioteca',
    tryIt: 'Probarlo paso a paso',
    endpoints: {
      issuer: 'Emisor',
      authorize: 'Autorización',
      token: 'Token',
      revoke: 'Revocación',
      metadata: 'Metadatos',
    },
  },
};
