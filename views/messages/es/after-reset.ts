import type { afterReset as english } from '../en/after-reset.ts';

export const afterReset: typeof english = {
  what: 'Su contraseña ha cambiado.',
  todo: 'Sus llaves de acceso y cuentas conectadas siguen abriendo esta cuenta. Revíselas abajo y elimine las que no sean suyas.',
  goOn: 'Continuar a la aplicación de la que viene',
};
