import { html } from 'hono/html';
import type { adminInvitations as english } from '../en/admin-invitations.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const adminInvitations: typeof english = {
  title: 'Invitaciones',
  back: '← Cuentas',
  lead: 'Personas que pueden crear una cuenta con un enlace recibido por correo.',
  invite: 'Invitar a alguien',
  state: 'Estado',
  any: 'Todos',
  apply: 'Aplicar',
  order: 'Las más recientes primero',
  noun: (n) => (n === 1 ? 'invitación' : 'invitaciones'),
  inState: (state) => `estado ${state}`,
  states: {
    waiting: 'Correo en espera',
    not_sent: 'No enviada',
    sent: 'Enviada',
    expired: 'Caducada',
    has_account: 'Tiene una cuenta',
    accepted: 'Aceptada',
    withdrawn: 'Retirada',
  },
  why: {
    not_sent: 'El servidor de correo no aceptó el mensaje durante dos días.',
    expired: 'Nadie usó el enlace en siete días.',
    has_account: 'La dirección obtuvo una cuenta de otra manera.',
  },
  until: (day) => html`Su enlace funciona hasta el ${day}.`,
  by: (day, inviter) => html`Invitación del ${day}, de ${inviter}.`,
  resend: (address) => html`Enviar de nuevo<span class="vh"> a ${address}</span>`,
  withdraw: (address) => html`Retirar<span class="vh"> la invitación de ${address}</span>`,
  filtered: (state) => `Filtra por estado ${state}.`,
  admin: 'Administrador',
  closed: 'Este servidor no acepta invitaciones.',
  closedTodo: 'Los enlaces enviados no funcionan. Ponga REGISTRATION en invite u open.',
  noMatch: 'Ninguna invitación coincide',
  clear: 'Quitar el filtro',
  nobody: 'No hay nadie invitado',
  nobodyClosed: 'Las cuentas las crean los administradores, una importación o su propio proveedor.',
  nobodyWhy:
    'Una invitación es un correo con un enlace. Quien lo abre elige un nombre y una contraseña o una llave de acceso.',
  create: 'Crear una cuenta',
  form: {
    back: '← Invitaciones',
    lead: (days) =>
      plural(days, {
        one: 'El correo dice quién invita y contiene un enlace que funciona # día y una sola vez. Una invitación más reciente a la misma dirección anula la anterior.',
        other:
          'El correo dice quién invita y contiene un enlace que funciona # días y una sola vez. Una invitación más reciente a la misma dirección anula la anterior.',
      }),
    email: 'Dirección de correo',
    name: 'Nombre',
    nameHint: 'Puede quedar vacío. La persona puede cambiarlo.',
    language: 'Idioma del correo',
    tier: 'Nivel',
    adminHint: 'Puede hacer todo en estas páginas. Configura enseguida un segundo paso.',
    who: 'Para quién es',
    send: 'Enviar la invitación',
  },
};
