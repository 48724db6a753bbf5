/** Which projects an app may use, on the consent page and on the page of a connected app. */
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

export const consentProjects = {
  legend: 'Which projects',
  onlyThese: 'Only these. New ones stay closed to it.',
  varied: 'A permission is left out if you untick all projects that it is for.',
  noneFor: 'None of these permissions is for a project that you ticked.',
  all: 'All projects',
  allWhat: 'Also those you make later.',
  only: 'Only these',
  onlyWhat: 'New ones stay closed to it.',
  search: 'Search your projects',
  searchButton: 'Search',
  notFound: 'No project has this in its name.',
  none: 'Choose at least one project, or all of them.',
  gone: 'A project that you ticked is not in the list any more. See what is ticked now.',
  empty: 'You have no projects yet. Allowing covers those you make later.',
  unavailable: 'Your projects can’t be listed right now.',
  allOrNothing: 'Allow all of them, or deny and come back later.',
  onlyKnown: 'You see those that you chose before.',
  onlyIds: 'The names of these projects can’t be read right now.',
  tooMany: (max: number): string =>
    plural(max, {
      one: 'Choose at most # project, or all of them.',
      other: 'Choose at most # projects, or all of them.',
    }),
  tooManyInAll: (max: number): string =>
    plural(max, {
      one: 'With what it has already, the app would have more than # project. Untick some, or take some from it under Connected apps.',
      other:
        'With what it has already, the app would have more than # projects. Untick some, or take some from it under Connected apps.',
    }),
  count: (total: number): string =>
    plural(total, { one: '# project.', other: '# projects, A to Z. What you ticked stays ticked while you search.' }),
  first: (shown: number, found: number): string =>
    `${plural(shown, { one: 'The first one is shown.', other: 'The first # are shown.' })} ${plural(found, { one: 'There is # project.', other: 'There are # projects: search for the others. What you ticked stays ticked.' })}`,
  kept: (n: number): string => plural(n, { one: '# more is ticked.', other: '# more are ticked.' }),
  foreign: (n: number): string =>
    plural(n, {
      one: 'It also asks for # project that is not yours: that is left out.',
      other: 'It also asks for # projects that are not yours: these are left out.',
    }),
};
