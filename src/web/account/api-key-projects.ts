/** A person's projects on the pages of keys: the choice on the form of a new one, and their names on the others. */
import type { ShownKey } from '../../../views/account/api-keys.ts';
import type { ProjectPicker } from '../../../views/project-picker.ts';
import { keyLimits } from '../../policy/api-keys.ts';
import type { PersonProjectsDeps } from '../http/person-projects.ts';
import { listedProjects, type Picked, pickProblem, projectPickerOf, readPicked } from '../http/project-picker.ts';

/** A copy of the form: whose it is, and its random value. */
interface Copy {
  readonly accountId: string;
  readonly form: string;
}

export interface KeyProjects {
  /** What the form shows; undefined if nothing lists projects, so that nothing is asked. */
  show(copy: Copy, picked?: Picked): Promise<ProjectPicker | undefined>;
  /** What the form says; undefined if it was not asked. @throws AppError for an answer that the page does not offer */
  read(form: URLSearchParams): Picked | undefined;
  problemOf(copy: Copy, picked: Picked | undefined): Promise<string | undefined>;
  /** The keys with the names of their projects, as far as these are known. */
  named(accountId: string, keys: readonly ShownKey[]): Promise<ShownKey[]>;
}

export function keyProjects(deps: PersonProjectsDeps): KeyProjects {
  const projectsOf = listedProjects(deps);
  // Each copy of the form asks again, so that a project that was made a minute ago can be chosen.
  const listFor = ({ accountId, form }: Copy) => projectsOf(`new key ${form.slice(0, 64)}`, accountId);
  const offered = deps.projects !== undefined;
  return {
    async show(copy, picked) {
      return offered || picked ? projectPickerOf(await listFor(copy), { picked }) : undefined;
    },
    // A key never gets more than was asked for, so a choice counts also where the page has none.
    read: (form) => (offered || form.has('projects') ? readPicked(form) : undefined),
    async problemOf(copy, picked) {
      if (picked?.mode !== 'only') return undefined;
      return pickProblem(picked, { max: keyLimits.projects, list: await listFor(copy) });
    },
    async named(accountId, keys) {
      if (!keys.some(({ projects }) => projects)) return [...keys];
      const names = new Map((await projectsOf('api keys', accountId))?.map(({ id, name }) => [id, name]));
      return keys.map((key) => ({ ...key, projects: key.projects?.map((id) => names.get(id) ?? id) }));
    },
  };
}
