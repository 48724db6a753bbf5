import type { secondStepMails as english } from '../en/second-step-mails.ts';

export const secondStepMails: typeof english = {
  codesSubject: 'Se han probado muchos códigos equivocados para su cuenta',
  codesPreview: 'Alguien había superado el primer paso.',
  codesLead:
    'Alguien superó el primer paso de un inicio de sesión en su cuenta, con su contraseña o con un enlace de su buzón, y después probó muchos códigos equivocados. Tiene que esperar antes del siguiente intento.',
  codesTodo: 'Si no fue usted, otra persona tiene su contraseña. Establezca una nueva ahora.',

  appAndPasskeysRemoved: 'Se han quitado su aplicación de autenticación y sus llaves de acceso',
  passkeysRemoved: 'Se han quitado sus llaves de acceso',
};
