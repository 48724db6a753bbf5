import type { consentProjects as english } from '../en/consent-projects.ts';

export const consentProjects: typeof english = {
  legend: 'Qué proyectos',
  onlyThese: 'Solo estos. Los nuevos le quedan cerrados.',
};
