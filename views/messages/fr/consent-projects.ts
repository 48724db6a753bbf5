import type { consentProjects as english } from '../en/consent-projects.ts';

export const consentProjects: typeof english = {
  legend: 'Quels projets',
  onlyThese: 'Seulement ceux-ci. Les nouveaux lui restent fermés.',
};
