import type { consentProjects as english } from '../en/consent-projects.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const consentProjects: typeof english = {
  legend: 'Welche Projekte',
  onlyThese: 'Nur diese. Neue bleiben der App verschlossen.',
  varied: 'Eine Berechtigung entfällt, wenn Sie alle Projekte abwählen, für die sie gilt.',
  noneFor: 'Keine dieser Berechtigungen gilt für ein angekreuztes Projekt.',
  all: 'Alle Projekte',
  allWhat: 'Auch die, die Sie später anlegen.',
  only: 'Nur diese',
  onlyWhat: 'Neue bleiben der App verschlossen.',
  search: 'Ihre Projekte durchsuchen',
  searchButton: 'Suchen',
  notFound: 'Kein Projekt hat das im Namen.',
  none: 'Wählen Sie mindestens ein Projekt oder alle.',
  gone: 'Ein Projekt, das Sie angekreuzt hatten, steht nicht mehr in der Liste. Sehen Sie nach, was jetzt angekreuzt ist.',
  empty: 'Sie haben noch keine Projekte. Erlauben gilt für die, die Sie später anlegen.',
  unavailable: 'Ihre Projekte lassen sich gerade nicht auflisten.',
  allOrNothing: 'Erlauben Sie alle, oder lehnen Sie ab und kommen Sie später wieder.',
  onlyKnown: 'Sie sehen die, die Sie früher gewählt haben.',
  onlyIds: 'Die Namen dieser Projekte lassen sich gerade nicht lesen.',
  tooMany: (max: number): string =>
    plural(max, {
      one: 'Wählen Sie höchstens # Projekt oder alle.',
      other: 'Wählen Sie höchstens # Projekte oder alle.',
    }),
  tooManyInAll: (max: number): string =>
    plural(max, {
      one: 'Mit dem, was sie schon hat, hätte die App mehr als # Projekt. Wählen Sie welche ab, oder nehmen Sie ihr welche unter „Verbundene Apps“.',
      other:
        'Mit dem, was sie schon hat, hätte die App mehr als # Projekte. Wählen Sie welche ab, oder nehmen Sie ihr welche unter „Verbundene Apps“.',
    }),
  count: (total: number): string =>
    plural(total, { one: '# Projekt.', other: '# Projekte, von A bis Z. Was angekreuzt ist, bleibt es beim Suchen.' }),
  first: (shown: number, found: number): string =>
    `${plural(shown, { one: 'Das erste ist zu sehen.', other: 'Die ersten # sind zu sehen.' })} ${plural(found, { one: 'Es gibt # Projekt.', other: 'Es gibt # Projekte: Suchen Sie nach den anderen. Was angekreuzt ist, bleibt es.' })}`,
  kept: (n: number): string => plural(n, { one: '# weiteres ist angekreuzt.', other: '# weitere sind angekreuzt.' }),
  foreign: (n: number): string =>
    plural(n, {
      one: 'Sie bittet auch um # Projekt, das nicht Ihnen gehört: Es bleibt außen vor.',
      other: 'Sie bittet auch um # Projekte, die nicht Ihnen gehören: Sie bleiben außen vor.',
    }),
};
