/** The choice among a person's projects: what the page shows, what its form says, and what is wrong with that. */
import { m, speech } from '../../../views/messages/index.ts';
import type { ProjectPicker } from '../../../views/project-picker.ts';
import { AppError } from '../../errors.ts';
import { isProjectId } from '../../policy/project-details.ts';
import { type Project, projectsFound, sortedProjects } from '../../policy/project-list.ts';
import type { PersonProjects, PersonProjectsDeps } from './person-projects.ts';

/** Few pages list projects, so a start does not import what does. */
export function listedProjects(deps: PersonProjectsDeps): PersonProjects {
  let loaded: Promise<PersonProjects> | undefined;
  const load = async () => (await import('./person-projects.ts')).personProjects(deps);
  return async (page, accountId) => {
    loaded ??= load();
    return (await loaded)(page, accountId);
  };
}

/** Rows of the page. The search finds the others. */
const maxRows = 200;

/** What the form says. */
export interface Picked {
  readonly mode: 'all' | 'only';
  readonly ids: readonly string[];
  readonly find: string;
}

/** @throws AppError for an answer that the page does not offer */
export function readPicked(form: URLSearchParams): Picked {
  const [mode, ...others] = form.getAll('projects');
  if ((mode !== 'all' && mode !== 'only') || others.length > 0) throw new AppError('invalid', 'Choose which projects');
  return { mode, ...readTicked(form) };
}

/** @throws AppError for an id that no project can have */
export function readTicked(form: URLSearchParams): Pick<Picked, 'ids' | 'find'> {
  const ids = [...new Set(form.getAll('project'))];
  if (!ids.every(isProjectId)) throw new AppError('invalid', 'Choose projects of the list');
  return { ids, find: (form.get('find') ?? '').slice(0, 200) };
}

/**
 * What is wrong with a choice of at most `max` projects. Without a list, nobody can say which there are; those of `before` may stay
 * chosen in any case.
 */
export function pickProblem(
  { mode, ids }: Picked,
  { max, list, before = [] }: { max: number; list: readonly Project[] | undefined; before?: readonly string[] },
): string | undefined {
  const words = m().consentProjects;
  if (mode === 'all') return undefined;
  if (ids.length === 0) return words.none;
  if (ids.length > max) return words.tooMany(max);
  const known = list && new Set([...list.map(({ id }) => id), ...before]);
  return known && !ids.every((id) => known.has(id)) ? words.gone : undefined;
}

/** What the page shows. `before`: the projects that were chosen before; undefined unless there was such a choice. */
export function projectPickerOf(
  list: readonly Project[] | undefined,
  { before, picked }: { before?: readonly string[] | undefined; picked?: Picked | undefined },
): ProjectPicker {
  const known = new Map((list ?? []).map((one) => [one.id, one]));
  const kept = new Set(before);
  // What was allowed before can be unticked, also if it is gone. What was ticked stays only while nobody knows better.
  const ticked = new Set((picked?.ids ?? before ?? []).filter((id) => !list || known.has(id) || kept.has(id)));
  const shownAnyway = [...new Set([...kept, ...ticked])].map((id) => known.get(id) ?? { id, name: id });
  const all = sortedProjects([...shownAnyway, ...(list ?? [])], speech().code);
  const find = picked?.find ?? '';
  const found = projectsFound(all, find);
  const rows = found.slice(0, maxRows).map((one) => ({ ...one, ticked: ticked.has(one.id) }));
  const shown = new Set(rows.map(({ id }) => id));
  return {
    mode: picked?.mode ?? (before ? 'only' : 'all'),
    rows,
    kept: [...ticked].filter((id) => !shown.has(id)),
    total: all.length,
    found: found.length,
    find,
    unavailable: list === undefined,
  };
}
