import type { consentProjects as english } from '../en/consent-projects.ts';

export const consentProjects: typeof english = {
  legend: '対象のプロジェクト',
  onlyThese: 'これらだけです。新しいプロジェクトは対象になりません。',
};
