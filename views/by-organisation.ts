import { html } from 'hono/html';
import { permissionsOf, summary } from './scopes.ts';
import type { Html } from './text.ts';

/** Scopes that a person has allowed an app, and those that their organisations allow it, which may be the same. */
export type Allowed = { granted: string[]; byOrganisation?: string[] | undefined };

/** What an app has by the word of an organisation alone. */
export const byOrganisationAlone = ({ granted, byOrganisation = [] }: Allowed): string[] =>
  byOrganisation.filter((scope) => !granted.includes(scope));

/** Whether that is more than to know who the person is, for which pages have no line. */
export const allowsSomething = ({ granted, byOrganisation = [] }: Allowed): boolean =>
  permissionsOf([...granted, ...byOrganisation]).length > 0;

/** What an app may do, in few words: what the person has allowed, then the rest under `label`; `nothing` if that is no more than to know them. */
export function allowedSummary(allowed: Allowed, { label, nothing }: { label: string; nothing: string }): Html {
  if (!allowsSomething(allowed)) return html`<p class="small">${nothing}</p>`;
  const alone = byOrganisationAlone(allowed);
  if (alone.length === 0) return summary(allowed.granted);
  const own = permissionsOf(allowed.granted).length > 0;
  return html`${own && summary(allowed.granted)}<p class="small"><b>${label}</b></p>${summary(alone)}`;
}
