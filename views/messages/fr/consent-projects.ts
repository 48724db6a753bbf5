import type { consentProjects as english } from '../en/consent-projects.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const consentProjects: typeof english = {
  legend: 'Quels projets',
  onlyThese: 'Seulement ceux-ci. Les nouveaux lui restent fermés.',
  varied: 'Une autorisation est écartée si vous décochez tous les projets qu’elle concerne.',
  noneFor: 'Aucune de ces autorisations ne concerne un projet que vous avez coché.',
  all: 'Tous les projets',
  allWhat: 'Y compris ceux que vous créerez plus tard.',
  only: 'Seulement ceux-ci',
  onlyWhat: 'Les nouveaux lui restent fermés.',
  search: 'Rechercher dans vos projets',
  searchButton: 'Rechercher',
  notFound: 'Aucun projet ne contient cela dans son nom.',
  none: 'Choisissez au moins un projet, ou tous.',
  gone: 'Un projet que vous aviez coché n’est plus dans la liste. Vérifiez ce qui est coché maintenant.',
  empty: 'Vous n’avez pas encore de projet. L’autorisation vaut pour ceux que vous créerez plus tard.',
  unavailable: 'La liste de vos projets n’est pas disponible pour le moment.',
  allOrNothing: 'Autorisez-les tous, ou refusez et revenez plus tard.',
  onlyKnown: 'Vous voyez ceux que vous aviez choisis.',
  onlyIds: 'Les noms de ces projets ne peuvent pas être lus pour le moment.',
  tooMany: (max: number): string =>
    plural(max, { one: 'Choisissez au plus # projet, ou tous.', other: 'Choisissez au plus # projets, ou tous.' }),
  tooManyInAll: (max: number): string =>
    plural(max, {
      one: 'Avec ce qu’elle a déjà, l’application aurait plus de # projet. Décochez-en, ou retirez-lui-en dans « Applications connectées ».',
      other:
        'Avec ce qu’elle a déjà, l’application aurait plus de # projets. Décochez-en, ou retirez-lui-en dans « Applications connectées ».',
    }),
  count: (total: number): string =>
    plural(total, { one: '# projet.', other: '# projets, de A à Z. Ce qui est coché le reste pendant la recherche.' }),
  first: (shown: number, found: number): string =>
    `${plural(shown, { one: 'Le premier est affiché.', other: 'Les # premiers sont affichés.' })} ${plural(found, { one: 'Il y a # projet.', other: 'Il y a # projets : recherchez les autres. Ce qui est coché le reste.' })}`,
  kept: (n: number): string => plural(n, { one: '# autre est coché.', other: '# autres sont cochés.' }),
  foreign: (n: number): string =>
    plural(n, {
      one: 'Elle demande aussi # projet qui n’est pas le vôtre : il est écarté.',
      other: 'Elle demande aussi # projets qui ne sont pas les vôtres : ils sont écartés.',
    }),
};
