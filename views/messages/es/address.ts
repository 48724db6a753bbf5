import type { address as english } from '../en/address.ts';

export const address: typeof english = {
  heading: 'Dirección de correo',
  lead: 'Con ella inicia sesión y recupera el acceso.',
  confirmed: 'Confirmada',
  notConfirmed: 'Sin confirmar',
  notConfirmedHint: 'Confírmela para que las aplicaciones puedan fiarse de ella.',
  confirm: 'Enviar enlace',
  next: 'Dirección nueva',
  nextHint: 'Enviamos un enlace a esa dirección. Hasta que lo abra, nada cambia.',
  change: 'Cambiar dirección',
  problems: {
    shape: 'no tiene la forma nombre@example.com',
    same: 'es la que ya tiene',
  },
};
