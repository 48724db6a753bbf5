import { html } from 'hono/html';
import { grouped, permissionsOf } from './scopes.ts';
import type { Html } from './text.ts';

/**
 * The question that a consent page asks, built from the scopes that the person cannot leave out. `called` is what
 * sentences call the app.
 */
export function question(called: Html, required: string[], optional: string[]): Html {
  const api = required.filter((scope) => !['openid', 'offline_access', 'profile', 'email'].includes(scope));
  if (api.length > 0) return html`Let ${called} ${projectsAndAi(api)}?`;
  const identity = permissionsOf(required)[0]?.title;
  if (identity) return html`Let ${called} see ${identity.charAt(0).toLowerCase() + identity.slice(1)}?`;
  return permissionsOf(optional).length > 0 ? html`What may ${called} do?` : html`Let ${called} know who you are?`;
}

function projectsAndAi(scopes: string[]): string {
  const marks = grouped(permissionsOf(scopes)).map((group) => group.mark);
  const verbs = marks.filter((mark) => mark !== 'cost').join(' and ');
  if (verbs === '') return 'use AI on your account';
  return `${verbs} your projects${marks.includes('cost') ? ', and use AI' : ''}`;
}
