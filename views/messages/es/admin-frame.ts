import { html } from 'hono/html';
import type { adminFrame as english } from '../en/admin-frame.ts';

export const adminFrame: typeof english = {
  refused: (title) => `Aún no se ha hecho: ${title}`,
  area: 'administración',
  yourAccount: 'Su cuenta',
  signOut: 'Cerrar sesión',
  admin: 'Administración',
  tabs: {
    home: 'Inicio',
    clients: 'Clientes',
    unregistered: 'Aplicaciones sin registrar',
    accounts: 'Cuentas',
    audit: 'Registro de auditoría',
    keys: 'Claves de firma',
    statistics: 'Estadísticas',
  },
  whatHappens: 'Qué ocurre',
  why: 'Por qué',
  onRecord: 'Queda registrado con su nombre.',
  goBack: 'Volver',
  reason: 'Motivo, para el registro',
  reasonHint: 'Otros lo leerán: quién lo pidió y para qué.',
  reasonNeeded: html`es obligatorio: otros lo leerán`,
  dayProblem: html`debe ser un día, como 2026-11-24`,
  typed: 'Lo que escribió',
  problem: (label, problem) => html`${label}: ${problem}.`,
  match: (count, n, asked) => html`${count} ${n === 1 ? 'coincide' : 'coinciden'} con ${asked}.`,
  clear: 'Borrar',
};
