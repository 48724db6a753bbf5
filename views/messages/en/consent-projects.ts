/** Which projects an app may use, on the consent page. */
export const consentProjects = {
  legend: 'Which projects',
  onlyThese: 'Only these. New ones stay closed to it.',
};
