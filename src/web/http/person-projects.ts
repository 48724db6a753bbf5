/** The projects of a person, for the pages: read from the API once in a while for each page that shows them. */
import { LRUCache } from 'lru-cache';
import { internalToken } from '../../operations/internal-token.ts';
import { type ListProjects, ProjectsUnavailable } from '../../outbound/project-list.ts';
import type { Project } from '../../policy/project-list.ts';
import type { WebDeps } from '../deps.ts';

const keptForMs = 10 * 60_000;
/** Projects of all lists that are kept in memory. */
const maxKept = 100_000;

export type PersonProjectsDeps = Pick<WebDeps, 'config' | 'engine' | 'projects' | 'log'>;

/** Undefined if the list cannot be had now, or no API has one. A list is kept by `page` and account. */
export type PersonProjects = (page: string, accountId: string) => Promise<Project[] | undefined>;

export function personProjects({ config, engine, projects, log }: PersonProjectsDeps): PersonProjects {
  const sizeCalculation = (list: Project[]) => list.length + 1;
  const kept = new LRUCache<string, Project[]>({ maxSize: maxKept, sizeCalculation, ttl: keptForMs });
  /** One request for each person at a time, so that nobody can take all places of this process. */
  const underWay = new Map<string, Promise<Project[]>>();
  const read = async (accountId: string, ask: ListProjects) =>
    ask(await internalToken({ ...config, keys: engine.keys }, accountId, 'projects:read'));
  return async (page, accountId) => {
    if (!projects) return undefined;
    const name = `${page} ${accountId}`;
    const known = kept.get(name);
    if (known) return known;
    try {
      const reading = underWay.get(accountId) ?? read(accountId, projects).finally(() => underWay.delete(accountId));
      underWay.set(accountId, reading);
      const list = await reading;
      kept.set(name, list);
      return list;
    } catch (error) {
      if (!(error instanceof ProjectsUnavailable)) throw error;
      log.warn({ reason: error.message }, 'the projects of a person can’t be listed');
      return undefined;
    }
  };
}
