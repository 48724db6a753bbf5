import type { consentProjects as english } from '../en/consent-projects.ts';

export const consentProjects: typeof english = {
  legend: 'Welche Projekte',
  onlyThese: 'Nur diese. Neue bleiben der App verschlossen.',
};
