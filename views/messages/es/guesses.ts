import type { guesses as english } from '../en/guesses.ts';

export const guesses: typeof english = {
  codesSubject: 'Se han probado muchos códigos equivocados para su cuenta',
  codesPreview: 'Alguien había superado el primer paso.',
  codesLead:
    'Alguien superó el primer paso de un inicio de sesión en su cuenta, con su contraseña o con un enlace de su buzón, y después probó muchos códigos equivocados. Tiene que esperar antes del siguiente intento.',
  codesTodo: 'Si no fue usted, otra persona tiene su contraseña. Establezca una nueva ahora.',
};
