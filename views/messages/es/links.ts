import { html } from 'hono/html';
import type { links as english } from '../en/links.ts';

export const links: typeof english = {
  reset: {
    title: 'Recuperar el acceso',
    lead: 'Le enviamos un enlace para establecer una contraseña nueva. Funciona durante 30 minutos y una sola vez.',
    address: 'Dirección de correo de su cuenta',
    notAnAddress: 'Eso no es una dirección. Tiene la forma nombre@example.com.',
    send: 'Enviar enlace',
    back: 'Volver al inicio de sesión',
  },
  sent: {
    title: 'Mire su correo',
    lead: (address) =>
      html`Si ${address} tiene una cuenta aquí, un enlace está en camino. Decimos lo mismo para cualquier dirección, para que nadie pueda averiguar quién tiene cuenta.`,
    nothing: '¿Nada después de cinco minutos?',
    tips: ['Mire en la carpeta de correo no deseado.', '¿Era otra dirección? Pruebe con esa.'],
    again: 'Enviarlo otra vez',
    other: 'Usar otra dirección',
    limits: 'Un enlace nuevo anula el anterior. Como máximo dos cada media hora y tres por hora.',
  },
  newPassword: {
    title: 'Establecer una contraseña nueva',
    for: (address) => `Para ${address}.`,
    effect:
      'Después, todos los navegadores y aplicaciones que usaban la anterior tendrán que volver a iniciar sesión. Le avisamos por correo.',
    label: 'Contraseña nueva',
    code: 'Código de su segundo paso',
    codeHint: 'De su aplicación de autenticación, o uno de sus códigos de recuperación.',
    codeWrong:
      'Ese código no ha funcionado. Puede estar mal escrito, usado o ser demasiado antiguo. No se ha cambiado nada.',
    tooMany: 'Demasiados códigos.',
    wait: (time) => `No se ha cambiado nada. Espere ${time} y vuelva a intentarlo.`,
    submit: 'Establecer contraseña e iniciar sesión',
  },
  ended: {
    title: 'Este enlace ya no funciona',
    lead: 'Un enlace de un correo funciona una vez y por tiempo limitado, y uno más nuevo lo anula. No se ha cambiado nada.',
    again: {
      reset: 'Pedir un enlace nuevo',
      verify: 'Pedir un enlace nuevo',
      change: 'Pedir un enlace nuevo',
      undo: 'Recuperar el acceso por correo',
      invite: 'Iniciar sesión',
    },
    tips: [
      'Busque un correo más reciente nuestro: su enlace puede seguir funcionando.',
      '¿Abrió el enlace entero? Algunos programas de correo lo cortan.',
    ],
  },
  confirm: {
    verify: {
      title: 'Confirmar su dirección',
      lead: (address) => `Para ${address}.`,
      what: 'Confirme que esta es su dirección. Las aplicaciones que pueden verla podrán fiarse de ella.',
      button: 'Confirmar esta dirección',
    },
    change: {
      title: 'Usar otra dirección',
      lead: (address, email) => `La cuenta de ${email} pasa a ${address}.`,
      what: 'Desde entonces inicia sesión con la dirección nueva y los correos van a ella. La dirección anterior recibe un aviso y puede deshacerlo durante 7 días.',
      button: 'Usar esta dirección',
    },
    undo: {
      title: 'Deshacer el cambio de dirección',
      lead: (address, email) => `La cuenta de ${email} vuelve a ${address}.`,
      what: 'Quien pudo cambiar su dirección quizá conocía su contraseña. Por eso se cierra la sesión en todos los navegadores, todas las aplicaciones pierden el acceso y se eliminan la contraseña y las llaves de acceso u otras formas de acceso que se añadieron en la semana anterior al cambio o después. Establecerá una contraseña nueva con un enlace que enviamos a su dirección anterior.',
      button: 'Deshacer',
    },
  },
  done: {
    for: (email) => `Para ${email}.`,
    verify: {
      title: 'Su dirección está confirmada',
      what: 'Hecho.',
      todo: 'Las aplicaciones que pueden ver su dirección ya pueden fiarse de ella.',
      go: 'Ir a su cuenta',
    },
    change: {
      title: 'Su dirección ha cambiado',
      what: 'Hecho.',
      todo: 'Desde ahora inicia sesión con la dirección nueva.',
      go: 'Ir a su cuenta',
    },
    undo: {
      title: 'Su dirección ha vuelto',
      what: 'Todo lo demás ha terminado.',
      todo: 'Un enlace para establecer una contraseña nueva está en camino.',
      go: 'Iniciar sesión',
    },
  },
  taken: {
    title: 'Esta dirección está en uso',
    lead: 'Tiene una cuenta propia. No se ha cambiado nada.',
    what: 'Una dirección pertenece a una sola cuenta. Inicie sesión con ella o elija otra dirección para esta.',
    go: 'Iniciar sesión',
  },
};
