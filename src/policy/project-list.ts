/** The list of a person's projects, as the API answers it in its own envelope. */
import { isProjectId } from './project-details.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
}

/** More are not read. A person with more can allow all of them, or ask for some by the app. */
export const maxListedProjects = 5_000;
/** How many projects a person can choose for an app: their ids travel in tokens and headers. */
export const maxChosenProjects = 200;

const maxNameChars = 200;

/** Projects of a page of the list, and whether there is another; undefined if it is not such a list. */
export function readProjectPage(body: unknown): { projects: Project[]; more: boolean } | undefined {
  const { success, data, pagination } = (body ?? {}) as { success?: unknown; data?: unknown; pagination?: unknown };
  if (success !== true || !Array.isArray(data)) return undefined;
  const projects = data.map(readProject);
  if (!projects.every((one) => one !== undefined)) return undefined;
  return { projects, more: (pagination as { has_next?: unknown } | undefined)?.has_next === true };
}

function readProject(one: unknown): Project | undefined {
  const { id, name } = (one ?? {}) as { id?: unknown; name?: unknown };
  if (typeof id !== 'string' || !isProjectId(id)) return undefined;
  return { id, name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, maxNameChars) : id };
}

/** Projects by name, and those of one name by id. Each id once. */
export function sortedProjects(projects: readonly Project[], language: string): Project[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  const each = [...new Map(projects.map((one) => [one.id, one])).values()];
  return each.sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}

/** Those that have a text in their name or id, whatever its case. */
export function projectsFound(projects: readonly Project[], text: string): Project[] {
  const wanted = text.trim().toLowerCase();
  return projects.filter(({ id, name }) => name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted));
}
