import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { consentChoices as english } from '../en/consent-choices.ts';

export const consentChoices: typeof english = {
  readOnly: 'Solo lectura',
  readOnlyWhat: 'Puede mirar, pero no cambiar ni gastar nada.',
  leftOut: 'Excluido por «Solo lectura».',
  howLong: 'Por cuánto tiempo',
  durations: { '3600': '1 hora', '86400': '1 día', '2592000': '30 días', until: 'Hasta que la desconecte' },
  alsoEnds: 'Elija lo que elija, el acceso termina tras 30 días sin uso y, como máximo, después de un año.',
  allowedUntil: (moment: Html): Html =>
    html`Usted la permitió hasta el ${moment}. Lo que elija aquí es el final de esta conexión, no de las que ya tiene.`,
  allowedForGood:
    'Usted la permitió hasta que la desconecte. Lo que elija aquí es el final de esta conexión, no de las que ya tiene.',
  outlived: 'Lo que permitió antes a esta aplicación ha terminado entretanto. Elija de nuevo.',
  accessUntil: (moment: Html): Html => html`acceso hasta el ${moment}`,
  accessEnded: (moment: Html): Html => html`el acceso terminó el ${moment}`,
  activityUntil: (moment: Html): Html => html`Hasta el ${moment}.`,
};
