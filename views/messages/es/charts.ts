import type { charts as english } from '../en/charts.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const charts: typeof english = {
  none: (days) => plural(days, { one: 'Ninguno en # día.', other: 'Ninguno en # días.' }),
  said: (what, first, last, max, peak) => `${what} por día del ${first} al ${last}: como máximo ${max}, el ${peak}`,
  maximum: (max, day) => `Como máximo ${max}, el ${day}`,
  asTable: 'En una tabla',
  perDay: (what) => `${what} por día`,
  day: 'Día (UTC)',
  inDays: (days) => plural(days, { one: 'en # día', other: 'en # días' }),
  inDaysAndStrangers: (days, strangers) =>
    `${plural(days, { one: 'en # día', other: 'en # días' })}; ${strangers} más de remitentes desconocidos`,
  tokens: 'Tokens',
  tokensLead: 'Respuestas del punto de acceso de tokens con un token de acceso, por día.',
  tokensIssued: 'Tokens emitidos',
  tokensByGrant: 'Tokens emitidos por día, según el tipo',
  code: 'Código',
  refresh: 'Renovación',
  service: 'Servicio',
  exchange: 'Intercambio',
  organisation: 'Organización',
  failed: 'Solicitudes fallidas',
  failedShort: 'Fallidas',
  reused: 'Tokens de renovación reutilizados',
};
